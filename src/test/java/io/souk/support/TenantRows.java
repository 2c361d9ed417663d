package io.souk.support;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows that organisations have, in every table that has a column for it; found in the database's own catalogue. */
public final class TenantRows {
    private final JdbcClient system;

    /** @param system reads as the role for jobs */
    public TenantRows(JdbcClient system) {
        this.system = system;
    }

    /** Schema and name of each such table, without the partitions of others. */
    public List<String> tables() {
        return system.sql("""
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
            where c.relkind in ('r', 'p') and not c.relispartition
              and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_temp'
            order by 1\
            """).query((row, _) -> row.getString(1)).list();
    }

    /** How many rows it has in each table, and a hash over their contents: equal as long as nothing was changed. */
    public Map<String, String> of(UUID tenant) {
        Map<String, String> all = new TreeMap<>();
        for (String table : tables()) {
            all.put(
                    table,
                    system.sql("select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, '|' order by"
                                    + " t::text)), '') from " + table + " t where tenant_id = ?")
                            .param(tenant)
                            .query(String.class)
                            .single());
        }
        return all;
    }

    /** The tables with rows of {@code tenant} in which {@code text} stands anywhere. */
    public List<String> naming(UUID tenant, String text) {
        return tables().stream()
                .filter(table -> system.sql("select exists (select from " + table
                                + " t where tenant_id = ? and strpos(t::text, ?) > 0)")
                        .params(tenant, text)
                        .query(Boolean.class)
                        .single())
                .toList();
    }
}
