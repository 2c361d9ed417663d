package io.souk.supply;

import io.souk.catalog.BackendNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

@Component
class NamesOfBackends implements BackendNames {
    private final JdbcClient jdbc;

    NamesOfBackends(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<UUID, Named> all() {
        Map<UUID, Named> names = new LinkedHashMap<>();
        jdbc.sql("""
            select b.id, b.name, o.model from supply.backends b join catalog.offers o on o.id = b.offer_id
            order by lower(b.name), o.model, b.id\
            """).query(row -> {
            names.put(row.getObject(1, UUID.class), new Named(row.getString(2), row.getString(3)));
        });
        return names;
    }
}
