package io.souk.platform;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Refuses a role that row-level security does not bind, before a migration could grant it anything: a superuser, one with
 * BYPASSRLS, the owner of the tables, and, for requests, the role of the jobs.
 */
class RoleGuard {
    private final DatabaseAddress address;
    private final JdbcClient app;
    private final JdbcClient system;

    RoleGuard(DatabaseAddress address, DataSource app, DataSource system) {
        this.address = address;
        this.app = JdbcClient.create(app);
        this.system = JdbcClient.create(system);
    }

    /** @throws DatabaseRefused if a role must not be served with */
    void check() {
        check(app, "app", "a role that is only granted what Souk's migrations grant");
        check(system, "system", "a role that is only granted what Souk's migrations grant");
        boolean same = app.sql("select pg_has_role(current_user, ?, 'member')")
                .param(address.system().username())
                .query(Boolean.class)
                .single();
        if (same) {
            throw refused(app, "app", "is the role of the jobs, or a member of it", "a role of its own");
        }
    }

    private void check(JdbcClient jdbc, String purpose, String instead) {
        String fault = jdbc.sql("""
            select case
                when rolsuper then 'is a superuser'
                when rolbypassrls then 'has BYPASSRLS'
                when pg_has_role(current_user, :owner, 'member')
                  or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                             where n.nspname = 'control' and pg_has_role(current_user, c.relowner, 'member'))
                    then 'owns the tables, or is a member of the role that does'
                else '' end
            from pg_roles where rolname = current_user\
            """)
                .param("owner", address.owner().username())
                .query(String.class)
                .single();
        if (!fault.isEmpty()) {
            throw refused(jdbc, purpose, fault, instead);
        }
    }

    private static DatabaseRefused refused(JdbcClient jdbc, String purpose, String fault, String instead) {
        String user = jdbc.sql("select current_user").query(String.class).single();
        return new DatabaseRefused("The database role \"" + user + "\" " + fault
                + ", so row-level security would not separate the tenants. Souk does not serve with it: set "
                + "SOUK_DATABASE_" + purpose.toUpperCase(java.util.Locale.ROOT) + "_USERNAME to " + instead + ".");
    }
}
