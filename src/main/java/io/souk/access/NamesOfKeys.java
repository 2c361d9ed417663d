package io.souk.access;

import io.souk.usage.KeyNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class NamesOfKeys implements KeyNames {
    private final ApiKeyRepository keys;
    private final JdbcClient system;

    NamesOfKeys(ApiKeyRepository keys, @Qualifier("system") JdbcClient system) {
        this.keys = keys;
        this.system = system;
    }

    @Override
    @Transactional(readOnly = true)
    public Map<UUID, String> of(Collection<UUID> ids) {
        return keys.findAllByIdIn(ids).stream().collect(Collectors.toMap(ApiKey::id, ApiKey::name));
    }

    @Override
    public Map<UUID, String> ofAll(Collection<UUID> ids) {
        Map<UUID, String> names = new HashMap<>();
        system.sql("select id, name from access.api_keys where id = any (?)")
                .param(ids.toArray(UUID[]::new))
                .query(row -> {
                    names.put(row.getObject(1, UUID.class), row.getString(2));
                });
        return names;
    }
}
