package io.souk.platform;

import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Refuses to serve with a role that row-level security does not bind: a superuser, one with BYPASSRLS, or the owner of a
 * table. Runs before any server opens its port.
 */
class RoleGuard implements SmartLifecycle {
    private final JdbcClient app;
    private final JdbcClient system;
    private volatile boolean running;

    RoleGuard(JdbcClient app, JdbcClient system) {
        this.app = app;
        this.system = system;
    }

    @Override
    public void start() {
        check(app, "app");
        check(system, "system");
        running = true;
    }

    private static void check(JdbcClient jdbc, String purpose) {
        String fault = jdbc.sql("""
            select case
                when rolsuper then 'is a superuser'
                when rolbypassrls then 'has BYPASSRLS'
                when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                             where n.nspname = 'control' and pg_has_role(current_user, c.relowner, 'member'))
                    then 'owns the tables, or is a member of the role that does'
                else '' end
            from pg_roles where rolname = current_user\
            """).query(String.class).single();
        if (!fault.isEmpty()) {
            String user = jdbc.sql("select current_user").query(String.class).single();
            throw new DatabaseRefused("The database role \"" + user + "\" " + fault
                    + ", so row-level security would not separate the tenants. Souk does not serve with it: set "
                    + "SOUK_DATABASE_" + purpose.toUpperCase(java.util.Locale.ROOT)
                    + "_USERNAME to a role that is only granted what Souk's migrations grant.");
        }
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
