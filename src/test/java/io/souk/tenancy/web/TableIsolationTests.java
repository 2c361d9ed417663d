package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import io.souk.platform.DatabaseAddress;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.support.TenantRows;
import io.souk.tenancy.web.TableBook.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What PostgreSQL itself keeps apart, whatever a request may come to send it: every table, from its catalogue. */
@SoukTest
class TableIsolationTests {
    /** PostgreSQL's: a right is missing, or a row-level policy is violated. */
    private static final String REFUSED = "42501";

    private static final String SCHEMAS =
            "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'";

    @Autowired
    private ApplicationContext program;

    private Cast cast;
    private DatabaseAddress address;
    private String app;

    @BeforeEach
    void begin() {
        cast = new Cast(program);
        address = program.getBean(DatabaseAddress.class);
        app = address.app().username();
    }

    @Test
    void classifiesEveryTable() {
        List<String> tables = relations("true");
        assertThat(tables).containsAll(TableBook.names());
        for (String table : tables) {
            Kind kind = TableBook.kind(table);
            boolean says = says(
                    "select exists (select from pg_attribute where attrelid = ?::regclass"
                            + " and attname = 'tenant_id' and not attisdropped)",
                    table);
            assertThat(says)
                    .as(table + " is " + kind + "; has it a column tenant_id")
                    .isEqualTo(kind == Kind.TENANT || kind == Kind.PARTITION);
        }
        assertThat(relations("c.relkind not in ('r', 'p')"))
                .as("views and foreign tables, which row-level security does not bind by itself")
                .isEmpty();
    }

    @Test
    void bindsEveryTenantsTableToItsTenant() {
        for (String table : relations("true")) {
            Kind kind = TableBook.kind(table);
            if (kind != Kind.TENANT && kind != Kind.PARTITION) {
                continue;
            }
            assertThat(says(
                            "select relrowsecurity and relforcerowsecurity from pg_class where oid = ?::regclass",
                            table))
                    .as(table + " has row-level security, for its owner too")
                    .isTrue();
            assertThat(says(
                            "select attnotnull from pg_attribute where attrelid = ?::regclass and attname ="
                                    + " 'tenant_id'",
                            table))
                    .as(table + ".tenant_id is never null")
                    .isTrue();
            List<String> policies = cast.database
                    .sql("select pg_get_expr(polqual, polrelid) || ' | ' || pg_get_expr(polwithcheck, polrelid) from"
                            + " pg_policy where polrelid = ?::regclass and (polroles @> array[(select oid from"
                            + " pg_roles where rolname = ?)] or polroles = '{0}') and polcmd = '*' and polpermissive")
                    .params(table, app)
                    .query((row, _) -> row.getString(1))
                    .list();
            String compares = "(tenant_id = control.tenant())";
            if (kind == Kind.TENANT) {
                assertThat(policies)
                        .as("policies of " + table + " for requests")
                        .containsExactly(compares + " | " + compares);
            }
            assertThat(cast.database
                            .sql("select count(*) from pg_policy where polrelid = ?::regclass and (polroles @>"
                                    + " array[(select oid from pg_roles where rolname = ?)] or polroles = '{0}')")
                            .params(table, app)
                            .query(Integer.class)
                            .single())
                    .as("all policies of " + table + " that requests come under")
                    .isEqualTo(kind == Kind.TENANT ? 1 : 0);
        }
    }

    @Test
    void givesTheRoleForRequestsNothingButItsGrants() {
        assertThat(says(
                        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication from"
                                + " pg_roles where rolname = ?",
                        app))
                .isFalse();
        for (String owned : List.of(
                "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = ?)",
                "select count(*) from pg_proc where proowner = (select oid from pg_roles where rolname = ?)",
                "select count(*) from pg_namespace where nspowner = (select oid from pg_roles where rolname = ?)",
                "select count(*) from pg_database where datdba = (select oid from pg_roles where rolname = ?)",
                "select count(*) from pg_auth_members where member = (select oid from pg_roles where rolname = ?)")) {
            assertThat(cast.database.sql(owned).param(app).query(Integer.class).single())
                    .as(owned)
                    .isZero();
        }
        assertThat(cast.database
                        .sql("select nspname from pg_namespace n where " + SCHEMAS
                                + " and has_schema_privilege(?, oid, 'create')")
                        .param(app)
                        .query(String.class)
                        .list())
                .as("schemas in which requests may make tables")
                .isEmpty();
        assertThat(cast.database
                        .sql("select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid ="
                                + " p.pronamespace where " + SCHEMAS
                                + " and p.prosecdef and p.prorettype <> 'trigger'::regtype"
                                + " and has_function_privilege(?, p.oid, 'execute')")
                        .param(app)
                        .query(String.class)
                        .list())
                .as("functions with their owner's rights that requests may call")
                .isSubsetOf(TableBook.FUNCTIONS);
        for (String table : relations("true")) {
            Kind kind = TableBook.kind(table);
            assertThat(may(table, "truncate, references, trigger")).as(table).isFalse();
            if (kind == Kind.SYSTEM) {
                assertThat(may(table, "select, insert, update, delete"))
                        .as(table)
                        .isFalse();
            } else if (kind == Kind.WRITE_ONLY) {
                assertThat(may(table, "select, update, delete")).as(table).isFalse();
            }
        }
    }

    @Test
    void showsAndChangesNoRowOfAnotherTenant() throws SQLException {
        Belongings a;
        Belongings b;
        try (FakeBackend backend = FakeBackend.http("/v1", "backend-secret").always(Behaviours.answers())) {
            cast.database.sql("delete from identity.attempts").update();
            Stall stall = new Stall(program);
            Map<TokenClass, Long> prices = Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);
            OfferView chat = stall.model(Task.CHAT, prices, backend.baseUrl());
            OfferView embeddings = stall.model(Task.EMBEDDINGS, prices, backend.baseUrl());
            a = new Belongings(program, cast, chat, embeddings, true);
            b = new Belongings(program, cast, chat, embeddings, true);
            a.invitation();
            b.invitation();
        }
        Map<String, String> before = new TenantRows(cast.database).of(a.tenant.value());
        assertThat(before.keySet()).containsExactlyInAnyOrderElementsOf(TableBook.tenants());
        try (Connection connection =
                DriverManager.getConnection(address.url(), app, address.app().password())) {
            connection.setAutoCommit(false);
            for (String table : TableBook.tenants()) {
                assertThat(before.get(table))
                        .as("Belongings has a row in " + table)
                        .doesNotStartWith("0 rows");
                bind(connection, null);
                assertThat(number(connection, "select count(*) from " + table))
                        .as(table + " without a tenant")
                        .isZero();
                bind(connection, b.tenant.value());
                assertThat(number(connection, "select count(*) from " + table))
                        .as(table + " of the tenant itself")
                        .isPositive();
                assertThat(number(
                                connection, "select count(*) from " + table + " where tenant_id <> '" + b.tenant + "'"))
                        .as(table + " of others")
                        .isZero();
                changesNothing(connection, table, a.tenant.value(), b.tenant.value());
            }
            for (String partition : relations("c.relispartition")) {
                bind(connection, a.tenant.value());
                assertThat(touched(connection, "select count(*) from " + partition + " having count(*) > 0"))
                        .as(partition + " by its own name")
                        .isZero();
            }
        }
        assertThat(new TenantRows(cast.database).of(a.tenant.value())).isEqualTo(before);
    }

    /** As {@code b}: A's rows cannot be changed, taken or deleted, and none can be made for A, by new or by own rows. */
    private void changesNothing(Connection connection, String table, UUID a, UUID b) throws SQLException {
        String ofA = " where tenant_id = '" + a + "'";
        assertThat(touched(connection, "update " + table + " set tenant_id = tenant_id" + ofA))
                .as(table)
                .isZero();
        assertThat(touched(connection, "update " + table + " set tenant_id = '" + b + "'" + ofA))
                .as(table)
                .isZero();
        assertThat(touched(connection, "delete from " + table + ofA)).as(table).isZero();
        bind(connection, b);
        assertThatThrownBy(() -> run(connection, "update " + table + " set tenant_id = '" + a + "'"))
                .as(table + ": a row given away")
                .isInstanceOf(SQLException.class);
        String row = cast.database
                .sql("select to_jsonb(t)::text from " + table + " t" + ofA + " limit 1")
                .query(String.class)
                .single();
        bind(connection, b);
        assertThatThrownBy(() -> {
                    try (PreparedStatement insert = connection.prepareStatement("insert into " + table
                            + " overriding system value select * from jsonb_populate_record(null::" + table
                            + ", ?::jsonb)")) {
                        insert.setString(1, row);
                        insert.executeUpdate();
                    }
                })
                .as(table + ": a row made for another")
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo(REFUSED));
        bind(connection, b);
    }

    private static void bind(Connection connection, @org.jspecify.annotations.Nullable UUID tenant)
            throws SQLException {
        connection.rollback();
        run(connection, "select set_config('souk.tenant', '" + (tenant == null ? "" : tenant) + "', true)");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** How many rows a statement touches or shows; none if the right to it is missing. The transaction goes on. */
    private static long touched(Connection connection, String sql) throws SQLException {
        var before = connection.setSavepoint();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!statement.execute()) {
                return statement.getUpdateCount();
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).as(sql).isEqualTo(REFUSED);
            connection.rollback(before);
            return 0;
        }
    }

    private List<String> relations(String condition) {
        return cast.database
                .sql("select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid ="
                        + " c.relnamespace where c.relkind in ('r', 'p', 'v', 'm',"
                        + " 'f') and " + SCHEMAS + " and " + condition
                        + " order by 1")
                .query((row, _) -> row.getString(1))
                .list();
    }

    private boolean says(String query, String table) {
        return cast.database.sql(query).param(table).query(Boolean.class).single();
    }

    private boolean may(String table, String rights) {
        return cast.database
                .sql("select has_table_privilege(?, ?::regclass::oid, ?)")
                .params(app, table, rights)
                .query(Boolean.class)
                .single();
    }
}
