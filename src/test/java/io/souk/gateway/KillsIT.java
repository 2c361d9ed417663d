package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.souk.kernel.Ids;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.Folders;
import io.souk.support.FreePorts;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The whole program, its PostgreSQL included, is killed at random moments under load and started again. However often:
 * each call that the backend saw is settled once, and the books agree. {@code -Plong} kills more often.
 */
class KillsIT {
    private static final Logger log = LoggerFactory.getLogger(KillsIT.class);
    private static final int KILLS = Integer.getInteger("souk.kills.program", 5);
    private static final int CALLERS = 8;
    private static final Pattern MARK = Pattern.compile("mark-[0-9a-f-]{36}");
    /** 12 input tokens at 1 and 5 output tokens at 2 units per million: 22,000 nano-units. */
    private static final long CHARGE = 12 * 1_000 + 5 * 2_000;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, Integer> answered = new ConcurrentHashMap<>();
    private volatile boolean calling = true;
    private volatile String refusal = "none";

    @Test
    void everyCallThatTheBackendSawIsSettledOnceHoweverOftenTheProgramIsKilled() throws Exception {
        Path data = Folders.temporary("souk-kills");
        int portal = FreePorts.next();
        int gateway = FreePorts.next();
        try (FakeBackend backend = FakeBackend.http().always(KillsIT::answer)) {
            TestProgram program = start(data, portal, gateway);
            publish(database(data, program), backend.baseUrl());
            String key = program.local().get("apiKey").stringValue();
            Random random = new Random(41);
            try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
                for (int i = 0; i < CALLERS; i++) {
                    boolean stream = i % 2 == 0;
                    callers.execute(() -> callUntilStopped(gateway, key, stream));
                }
                for (int kill = 1; kill <= KILLS; kill++) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(2_500)));
                    program.kill();
                    log.info(
                            "kill {} of {}: the backend saw {} calls",
                            kill,
                            KILLS,
                            backend.seen().size());
                    program = start(data, portal, gateway);
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                calling = false;
            }
            verify(backend, database(data, program));
            assertThat(program.terminate()).isIn(0, 143);
        } finally {
            calling = false;
            Folders.delete(data);
        }
    }

    @Test
    void aProgramThatStoodStillForLongerThanAnyTimerLosesAndInventsNothing() throws Exception {
        Path data = Folders.temporary("souk-pauses");
        int portal = FreePorts.next();
        int gateway = FreePorts.next();
        try (FakeBackend backend = FakeBackend.http().always(KillsIT::answer)) {
            TestProgram program = TestProgram.in(data)
                    .with("server.port", Integer.toString(portal))
                    .with("souk.gateway.port", Integer.toString(gateway))
                    .with("souk.gateway.snapshot-max-age", "2s")
                    .with("souk.gateway.first-byte-timeout", "2s")
                    .with("souk.gateway.idle-timeout", "2s")
                    .with("souk.gateway.total-timeout", "3s")
                    .start();
            JdbcClient sql = database(data, program);
            publish(sql, backend.baseUrl());
            String key = program.local().get("apiKey").stringValue();
            try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
                for (int i = 0; i < CALLERS; i++) {
                    boolean stream = i % 2 == 0;
                    callers.execute(() -> callUntilStopped(gateway, key, stream));
                }
                for (int pause = 0; pause < 3; pause++) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_500));
                    signal(program, "STOP");
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(6));
                    signal(program, "CONT");
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
                calling = false;
            }
            Set<String> seen = marks(backend.seen("/chat/completions").stream()
                    .map(FakeBackend.Seen::body)
                    .collect(Collectors.joining()));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(settled(sql)).containsAll(seen));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(number(sql, "select sum(leased_nanos) from billing.counters"))
                            .as("credit that is still held")
                            .isZero());
            assertThat(settled(sql)).as("calls settled more than once").doesNotHaveDuplicates();
            assertThat(charged(sql))
                    .as("calls whose whole answer the caller has are charged")
                    .containsAll(answered.entrySet().stream()
                            .filter(entry -> entry.getValue() == 200)
                            .map(Map.Entry::getKey)
                            .toList());
            assertThat(number(sql, "select count(*) from usage.calls where charge_nanos > held_nanos"))
                    .isZero();
            assertThat(number(sql, "select sum(amount_nanos) from billing.ledger_entries"))
                    .isZero();
            assertThat(number(sql, "select sum(spent_nanos) from billing.counters"))
                    .isEqualTo(number(sql, "select sum(charge_nanos) from usage.calls"));
            log.info(
                    "3 pauses: the backend saw {} calls, {} settled",
                    seen.size(),
                    settled(sql).size());
            assertThat(seen)
                    .as("the load was real; the last refusal: %s", refusal)
                    .hasSizeGreaterThan(60);
            assertThat(program.terminate()).isIn(0, 143);
        } finally {
            calling = false;
            Folders.delete(data);
        }
    }

    private static void signal(TestProgram program, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(program.pid())).start();
        assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    private static void answer(HttpExchange exchange, String body, FakeBackend backend) throws Exception {
        FakeBackend.Behaviour behaviour = exchange.getRequestURI().getPath().endsWith("/chat/completions")
                ? Behaviours.chat("All of it.", 12, 5)
                : Behaviours.answers();
        behaviour.answer(exchange, body, backend);
    }

    private static TestProgram start(Path data, int portal, int gateway) {
        return TestProgram.in(data)
                .with("server.port", Integer.toString(portal))
                .with("souk.gateway.port", Integer.toString(gateway))
                .start();
    }

    private void verify(FakeBackend backend, JdbcClient sql) {
        Set<String> seen = marks(backend.seen("/chat/completions").stream()
                .map(FakeBackend.Seen::body)
                .collect(Collectors.joining()));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(settled(sql)).containsAll(seen));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(number(sql, "select sum(leased_nanos) from billing.counters"))
                        .as("credit that is still held")
                        .isZero());

        List<String> settled = settled(sql);
        assertThat(settled).as("calls settled more than once").doesNotHaveDuplicates();
        Set<String> whole = answered.entrySet().stream()
                .filter(entry -> entry.getValue() == 200)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertThat(charged(sql))
                .as("calls whose whole answer the caller has are charged")
                .containsAll(whole);
        assertThat(number(sql, """
            select count(*) from usage.calls
            where model = 'kills' and charge_nanos not in (0, %d)\
            """.formatted(CHARGE)))
                .as("calls charged otherwise than in full or not at all")
                .isZero();
        assertThat(number(sql, "select sum(amount_nanos) from billing.ledger_entries"))
                .isZero();
        assertThat(number(sql, "select sum(spent_nanos) from billing.counters"))
                .isEqualTo(number(sql, "select sum(charge_nanos) from usage.calls"));
        assertThat(number(sql, "select sum(charge_nanos) from usage.by_day()"))
                .isEqualTo(number(sql, "select sum(charge_nanos) from usage.calls"));
        assertThat(number(
                        sql, "select sum(amount_nanos) from billing.ledger_entries where account = 'customer_wallet'"))
                .isEqualTo(number(sql, "select sum(limit_nanos - spent_nanos) from billing.counters"));
        log.info(
                "{} kills: the backend saw {} calls, {} settled, {} answered in full, {} interrupted",
                KILLS,
                seen.size(),
                settled.size(),
                whole.size(),
                number(sql, "select count(*) from usage.calls where reason = 'interrupted'"));
        assertThat(seen)
                .as("the load was real; the last refusal: %s; the offer: %s", refusal, offer(sql))
                .hasSizeGreaterThan(KILLS * 20);
    }

    private static String offer(JdbcClient sql) {
        return sql.sql("""
            select to_jsonb(o)::text || coalesce((select jsonb_agg(to_jsonb(b))::text
                from supply.backends b where b.offer_id = o.id), ' no backend')
                || coalesce((select jsonb_agg(to_jsonb(p) || to_jsonb(v))::text from catalog.price_versions v
                left join catalog.prices p on p.price_version_id = v.id where v.offer_id = o.id), ' no price')
            from catalog.offers o where model = 'kills'\
            """).query(String.class).single();
    }

    private static List<String> settled(JdbcClient sql) {
        return sql.sql("select request_id from usage.calls where model = 'kills'")
                .query((row, number) -> row.getString(1))
                .list();
    }

    private static List<String> charged(JdbcClient sql) {
        return sql.sql("select request_id from usage.calls where model = 'kills' and charge_nanos = " + CHARGE)
                .query((row, number) -> row.getString(1))
                .list();
    }

    private static long number(JdbcClient sql, String query) {
        return sql.sql(query).query(Long.class).single();
    }

    private static Set<String> marks(String text) {
        Set<String> marks = new HashSet<>();
        Matcher matcher = MARK.matcher(text);
        while (matcher.find()) {
            marks.add(matcher.group());
        }
        return marks;
    }

    private void callUntilStopped(int gateway, String key, boolean stream) {
        while (calling) {
            String mark = "mark-" + UUID.randomUUID();
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                                .timeout(Duration.ofSeconds(10))
                                .header("authorization", "Bearer " + key)
                                .header("content-type", "application/json")
                                .header("x-request-id", mark)
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"kills\",\"max_tokens\":16,\"stream\":" + stream
                                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + mark + "\"}]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                boolean whole = !stream || answer.body().contains("data: [DONE]");
                answered.put(mark, whole ? answer.statusCode() : 0);
                if (answer.statusCode() != 200) {
                    refusal = answer.body();
                }
            } catch (IOException broken) {
                answered.put(mark, 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** The program's own PostgreSQL, as superuser: only this test looks behind the program's back. */
    private static JdbcClient database(Path data, TestProgram program) throws IOException {
        Matcher port = Pattern.compile("PostgreSQL answers on port (\\d+)").matcher(program.output());
        assertThat(port.find()).isTrue();
        Properties passwords = new Properties();
        try (var in = Files.newInputStream(data.resolve("postgres/passwords.properties"))) {
            passwords.load(in);
        }
        return JdbcClient.create(new DriverManagerDataSource(
                "jdbc:postgresql://127.0.0.1:" + port.group(1) + "/souk",
                "postgres",
                passwords.getProperty("postgres")));
    }

    private static void publish(JdbcClient sql, URI backend) {
        UUID offer = Ids.next();
        UUID version = Ids.next();
        sql.sql("""
            insert into catalog.offers (id, model, title, publisher, task, state, created_at, changed_at)
            values (?, 'kills', 'Kills', 'Tests', 'chat', 'live', now(), now())\
            """).param(offer).update();
        // a version and its prices are one transaction
        sql.sql("""
            insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)
            values ('%1$s', '%2$s', 1, 'USD', now() - interval '1 hour', now());
            insert into catalog.prices (price_version_id, token_class, micros_per_million)
            values ('%1$s', 'INPUT', 1000000), ('%1$s', 'OUTPUT', 2000000)\
            """.formatted(version, offer)).update();
        sql.sql("""
            insert into supply.backends (id, offer_id, name, base_url, dialect, upstream_model, created_at)
            values (?, ?, 'one', ?, 'openai', 'upstream', now())\
            """).params(Ids.next(), offer, backend.toString()).update();
        sql.sql("""
            insert into subscriptions.subscriptions (tenant_id, id, offer_id, subscribed_at)
            select tenant_id, gen_random_uuid(), ?, now() from access.api_keys where revoked_at is null
            group by tenant_id\
            """).param(offer).update();
    }
}
