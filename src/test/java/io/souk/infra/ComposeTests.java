package io.souk.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.platform.DatabaseAddress;
import io.souk.platform.Migrations;
import io.souk.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.yaml.snakeyaml.Yaml;

class ComposeTests {
    @Test
    void composeRunsSoukOnAnOrdinaryPostgresqlOnceThatIsHealthy() throws IOException {
        Map<String, Object> souk = service("souk");
        assertThat(at(souk, "environment", "SOUK_DATABASE_URL")).isEqualTo("jdbc:postgresql://postgres:5432/souk");
        assertThat(at(souk, "depends_on", "postgres", "condition")).isEqualTo("service_healthy");
        assertThat(at(souk, "healthcheck", "test").toString()).contains("/actuator/health/readiness");
        assertThat(at(service("postgres"), "healthcheck", "test").toString()).contains("pg_isready");
    }

    @Test
    void composeNeverSimulatesPaymentsOrMail() throws IOException {
        Map<String, Object> souk = service("souk");
        assertThat(at(souk, "environment", "STRIPE_SECRET_KEY").toString()).startsWith("${STRIPE_SECRET_KEY:?");
        assertThat(at(souk, "environment", "SOUK_MAIL_URL").toString()).startsWith("${SOUK_MAIL_URL:?");
        assertThat(at(souk, "environment", "SOUK_IDENTITY_ADMINS").toString()).startsWith("${SOUK_IDENTITY_ADMINS:?");
        assertThat(at(souk, "environment").toString()).doesNotContain("SOUK_DEMO");
    }

    @Test
    void composeGivesTheThreeRolesThatTheScriptMakes() throws IOException {
        String script = Files.readString(Path.of("infra/postgres/roles.sh"));
        Map<String, Object> souk = service("souk");
        for (String role : List.of("OWNER", "APP", "SYSTEM")) {
            Object name = at(souk, "environment", "SOUK_DATABASE_" + role + "_USERNAME");
            assertThat(script).contains("create role " + name + " login password");
            assertThat(at(service("postgres"), "environment", "SOUK_" + role + "_PASSWORD"))
                    .isNotNull();
        }
        assertThat(at(service("postgres"), "volumes").toString()).contains("./infra/postgres/roles.sh");
        assertThat(Files.isExecutable(Path.of("infra/postgres/roles.sh"))).isTrue();
    }

    /** What psql would send; its one {@code \\gexec} sends what the query gives. */
    @Test
    void scriptMakesRolesThatSoukMigratesAndServesWith() throws IOException {
        String script = Files.readString(Path.of("infra/postgres/roles.sh"));
        String prefix = "souk_composed_" + ProcessHandle.current().pid() + "_";
        String sql = script.substring(script.indexOf("<<'SQL'\n") + 8, script.lastIndexOf("\nSQL"))
                .replace("souk_", prefix)
                .replaceAll(":'(owner|app|system)'", "'secret of $1'");
        TestDatabase database = TestDatabase.empty();
        JdbcClient superuser = JdbcClient.create(database.dataSource(database.superuser()));
        for (String statement : sql.split(";\n|\n(?=select)")) {
            if (statement.endsWith("\\gexec")) {
                superuser
                        .sql(superuser
                                .sql(statement.replace("\\gexec", ""))
                                .query((row, _) -> row.getString(1))
                                .single())
                        .update();
            } else {
                superuser.sql(statement).update();
            }
        }
        Migrations.apply(new DatabaseAddress(
                database.address().url(), login(prefix, "owner"), login(prefix, "app"), login(prefix, "system")));
        JdbcClient app = JdbcClient.create(database.dataSource(login(prefix, "app")));
        assertThat(app.sql("select count(*) from tenancy.organisations")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(superuser
                        .sql("select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) from pg_roles"
                                + " where rolname like ?")
                        .param(prefix + "%")
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    private static DatabaseAddress.Login login(String prefix, String role) {
        return new DatabaseAddress.Login(prefix + role, "secret of " + role);
    }

    @Test
    void imageIsLayeredRunsOnJava25AndIsNobodyInParticular() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("infra/Dockerfile"));
        assertThat(lines.stream().filter(line -> line.startsWith("FROM "))).allMatch(line -> line.contains(":25-jre"));
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("COPY --from=layers"))
                        .map(line -> line.replaceAll(".*/extracted/([a-z-]+)/ .*", "$1")))
                .containsExactly("dependencies", "spring-boot-loader", "snapshot-dependencies", "application");
        assertThat(lines).anyMatch(line -> line.matches("USER [1-9][0-9]*"));
        assertThat(lines.getLast())
                .isEqualTo("ENTRYPOINT [\"java\", \"--enable-native-access=ALL-UNNAMED\", \"-jar\", \"souk.jar\"]");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> service(String name) throws IOException {
        Map<String, Object> compose = new Yaml().load(Files.readString(Path.of("docker-compose.yml")));
        return (Map<String, Object>) at(compose, "services", name);
    }

    private static Object at(Map<String, Object> map, String... path) {
        Object here = map;
        for (String step : path) {
            here = Objects.requireNonNull(((Map<?, ?>) here).get(step), step);
        }
        return here;
    }
}
