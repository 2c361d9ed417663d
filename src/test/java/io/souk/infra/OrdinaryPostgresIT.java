package io.souk.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.access.KeySecret;
import io.souk.kernel.Ids;
import io.souk.platform.DatabaseAddress;
import io.souk.platform.DatabaseAddress.Login;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.Folders;
import io.souk.support.FreePorts;
import io.souk.support.TestDatabase;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The whole program on a PostgreSQL that is not its own, given by variables as an operator gives them: what it serves
 * there, and with which roles it refuses to.
 */
class OrdinaryPostgresIT {
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @Test
    void servesPagesAndCallsOnAnEmptyDatabaseAndFindsItAgain() throws Exception {
        TestDatabase database = TestDatabase.empty();
        int gateway = FreePorts.next();
        try (FakeBackend backend = FakeBackend.http("/v1", null).always(Behaviours.chat("Hello.", 10, 5))) {
            String key;
            try (TestProgram program = on(database.address())
                    .with("souk.gateway.port", Integer.toString(gateway))
                    .with("souk.supply.allowed-networks", "127.0.0.0/8")
                    .start()) {
                key = sell(database.dataSource(database.address().system()), backend.baseUrl());
                assertThat(get(program.portal() + "/models").body()).contains("A model on an ordinary database");
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(
                                () -> assertThat(chat(gateway, key).body()).contains("Hello."));
                await().atMost(Duration.ofSeconds(5))
                        .until(() -> settled(database).equals(List.of(20_000L)));
                assertThat(program.terminate()).isEqualTo(143);
            }
            try (TestProgram again = on(database.address())
                    .with("souk.gateway.port", Integer.toString(gateway))
                    .with("souk.supply.allowed-networks", "127.0.0.0/8")
                    .start()) {
                assertThat(chat(gateway, key).statusCode()).isEqualTo(200);
                assertThat(get(again.portal() + "/actuator/health/readiness").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void refusesASuperuserForRequests() {
        TestDatabase database = TestDatabase.empty();
        assertThat(refusal(withApp(database, database.superuser())))
                .contains("\"" + database.superuser().username() + "\" is a superuser")
                .contains("SOUK_DATABASE_APP_USERNAME");
        assertThat(tables(database)).as("nothing was migrated with it").isZero();
    }

    @Test
    void refusesARoleThatBypassesRowLevelSecurity() {
        TestDatabase database = TestDatabase.empty();
        Login bypassing = database.role("bypassing", "bypassrls");
        assertThat(refusal(withApp(database, bypassing)))
                .contains("\"" + bypassing.username() + "\" has BYPASSRLS")
                .contains("SOUK_DATABASE_APP_USERNAME");
        assertThat(tables(database)).isZero();
    }

    @Test
    void refusesTheOwnerForRequestsAndForJobs() {
        TestDatabase database = TestDatabase.empty();
        DatabaseAddress address = database.address();
        assertThat(refusal(withApp(database, address.owner())))
                .contains("owns the tables")
                .contains("SOUK_DATABASE_APP_USERNAME");
        assertThat(refusal(new DatabaseAddress(address.url(), address.owner(), address.app(), address.owner())))
                .contains("owns the tables")
                .contains("SOUK_DATABASE_SYSTEM_USERNAME");
        assertThat(tables(database)).isZero();
    }

    @Test
    void refusesAMemberOfTheOwnerAndTheRoleOfTheJobs() {
        TestDatabase database = TestDatabase.empty();
        DatabaseAddress address = database.address();
        Login member = database.role("member", "in role " + address.owner().username());
        assertThat(refusal(withApp(database, member))).contains("a member of the role that does");
        assertThat(refusal(withApp(database, address.system())))
                .contains("is the role of the jobs")
                .contains("SOUK_DATABASE_APP_USERNAME");
        assertThat(tables(database)).isZero();
    }

    @Test
    void saysWhichRoleIsMissing() {
        TestDatabase database = TestDatabase.empty();
        DatabaseAddress address = database.address();
        assertThat(refusal(new DatabaseAddress(address.url(), address.owner(), new Login("", ""), address.system())))
                .contains("SOUK_DATABASE_APP_USERNAME is not");
    }

    @Test
    void saysThatTheDatabaseDoesNotAnswerOrDoesNotLetItIn() {
        TestDatabase database = TestDatabase.empty();
        DatabaseAddress address = database.address();
        String nowhere = "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/souk";
        assertThat(refusal(new DatabaseAddress(nowhere, address.owner(), address.app(), address.system())))
                .contains("does not answer", nowhere, "SOUK_DATABASE_URL");
        assertThat(refusal(withApp(database, new Login(address.app().username(), "wrong"))))
                .contains("password", "SOUK_DATABASE_APP_PASSWORD");
    }

    private static DatabaseAddress withApp(TestDatabase database, Login app) {
        DatabaseAddress address = database.address();
        return new DatabaseAddress(address.url(), address.owner(), app, address.system());
    }

    private static TestProgram.Builder on(DatabaseAddress address) {
        try {
            return TestProgram.in(Folders.temporary("souk-ordinary"))
                    .env("SOUK_DATABASE_URL", address.url())
                    .env("SOUK_DATABASE_OWNER_USERNAME", address.owner().username())
                    .env("SOUK_DATABASE_OWNER_PASSWORD", address.owner().password())
                    .env("SOUK_DATABASE_APP_USERNAME", address.app().username())
                    .env("SOUK_DATABASE_APP_PASSWORD", address.app().password())
                    .env("SOUK_DATABASE_SYSTEM_USERNAME", address.system().username())
                    .env("SOUK_DATABASE_SYSTEM_PASSWORD", address.system().password());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String refusal(DatabaseAddress address) {
        TestProgram refused = on(address).launch();
        assertThat(refused.awaitEnd()).as(refused.output()).isEqualTo(1);
        List<String> said = refused.output()
                .lines()
                .filter(line -> !line.contains(" INFO "))
                .toList();
        assertThat(said).as("one line, no stack trace").hasSize(1);
        assertThat(said.getFirst()).contains("Souk did not start.");
        return said.getFirst();
    }

    private static int tables(TestDatabase database) {
        return database.owner()
                .sql("select count(*) from pg_class where relkind in ('r', 'p') and relowner ="
                        + " (select oid from pg_roles where rolname = current_user)")
                .query(Integer.class)
                .single();
    }

    /** One offer at 1 and 2 units of currency per million tokens, one organisation that may call it, and its key. */
    private static String sell(DataSource source, URI backend) {
        String key = KeySecret.generate(new SecureRandom());
        UUID tenant = Ids.next();
        UUID offer = Ids.next();
        UUID project = Ids.next();
        List<String> statements = List.of(
                "insert into catalog.offers (id, model, title, publisher, task, context_tokens, max_output_tokens,"
                        + " state, live_at, created_at, changed_at) values (:offer, 'ordinary', 'A model on an ordinary"
                        + " database', 'Tests', 'chat', 8192, 256, 'live', now(), now(), now())",
                "insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)"
                        + " values (:id, :offer, 1, 'USD', now() + interval '1 second', now())",
                "insert into catalog.prices (price_version_id, token_class, micros_per_million)"
                        + " values (:id, 'INPUT', 1000000), (:id, 'OUTPUT', 2000000)",
                "insert into supply.backends (id, offer_id, name, base_url, dialect, upstream_model, created_at)"
                        + " values (:id, :offer, 'one', :backend, 'openai', 'upstream', now())",
                "insert into tenancy.organisations (id, tenant_id, name, created_at) values (:tenant, :tenant, 'O',"
                        + " now())",
                "insert into tenancy.projects (tenant_id, id, name, created_at) values (:tenant, :project, 'P', now())",
                "insert into billing.accounts (id, tenant_id, currency, opened_at) values (:id, :tenant, 'USD', now())",
                "insert into billing.counters (tenant_id, id, kind, currency, limit_nanos)"
                        + " values (:tenant, :id, 'wallet', 'USD', 1000000000)",
                "insert into subscriptions.subscriptions (tenant_id, id, offer_id, subscribed_at)"
                        + " values (:tenant, :id, :offer, now())",
                "insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)"
                        + " values (:tenant, :id, :project, 'K', 'sk-souk-', :hash, now())");
        UUID id = Ids.next();
        JdbcClient system = JdbcClient.create(source);
        // a price version is complete with its transaction
        new TransactionTemplate(new DataSourceTransactionManager(source)).executeWithoutResult(_ -> {
            for (String statement : statements) {
                system.sql(statement)
                        .param("id", id)
                        .param("offer", offer)
                        .param("tenant", tenant)
                        .param("project", project)
                        .param("backend", backend.toString())
                        .param("hash", KeySecret.hash(key))
                        .update();
            }
        });
        return key;
    }

    private static List<Long> settled(TestDatabase database) {
        return database.system()
                .sql("select charge_nanos from usage.calls")
                .query((row, _) -> row.getLong(1))
                .list();
    }

    private HttpResponse<String> chat(int gateway, String key) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(20))
                        .header("authorization", "Bearer " + key)
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"ordinary\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(address))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
