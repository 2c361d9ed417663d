package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.snapshot.Snapshot;
import io.souk.support.SoukTest;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** A hundred thousand keys and ten thousand models: read once, and afterwards only what changed. */
@SoukTest
@TestPropertySource(properties = "souk.roles=worker")
@DirtiesContext
class SnapshotSizeTests {
    private static final Logger log = LoggerFactory.getLogger(SnapshotSizeTests.class);
    private static final int KEYS = 100_000;
    private static final int MODELS = 10_000;

    @Autowired
    private ApplicationContext program;

    @Autowired
    @Qualifier("system")
    private JdbcClient system;

    private SnapshotFeed feed() {
        return SpareGateway.parts(program, Clock.systemUTC())
                .feed(Duration.ofSeconds(60), new DatabaseClock(Clock.systemUTC()));
    }

    private void insertAll() {
        system.sql("""
            insert into tenancy.organisations (id, tenant_id, name, created_at)
                select t, t, 'Many', now() from (select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid as t
                from generate_series(1, 1000) i) s;
            insert into tenancy.projects (tenant_id, id, name, created_at)
                select t, t, 'Default', now() from (select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid as t
                from generate_series(1, 1000) i) s;
            insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
                select t, gen_random_uuid(), t, 'Key', 'sk-souk-', sha256(convert_to('key-' || n, 'UTF8')), now()
                from (select n, ('00000000-0000-7000-8000-' || lpad((1 + n %% 1000)::text, 12, '0'))::uuid as t
                from generate_series(1, %1$d) n) s;
            insert into catalog.offers (id, model, title, publisher, task, state, max_output_tokens, created_at, changed_at)
                select ('00000000-0000-7000-8001-' || lpad(i::text, 12, '0'))::uuid, 'many-' || i, 'Many', 'Tests', 'chat',
                'live', 256, now(), now() from generate_series(1, %2$d) i;
            insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)
                select id, id, 1, 'USD', now() - interval '1 hour', now() from catalog.offers where model like 'many-%%';
            insert into catalog.prices (price_version_id, token_class, micros_per_million)
                select id, c, 1000000 from catalog.offers, (values ('INPUT'), ('OUTPUT')) classes (c)
                where model like 'many-%%';
            insert into supply.backends (id, offer_id, name, base_url, dialect, upstream_model, created_at)
                select id, id, 'one', 'http://127.0.0.1:9/v1', 'openai', 'upstream', now() from catalog.offers
                where model like 'many-%%';
            insert into supply.backend_health (backend_id, state, since, checked_at)
                select id, 'down', now(), now() from supply.backends where base_url = 'http://127.0.0.1:9/v1'\
            """.formatted(KEYS, MODELS)).update();
    }

    private static String hash(int key) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(("key-" + key).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long millisUntil(BooleanSupplier there) {
        long begin = System.nanoTime();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(there::getAsBoolean);
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    @Test
    void isReadOnceAndThenOnlyWhatChanged() throws Exception {
        insertAll();
        long before = used();
        long begin = System.nanoTime();
        try (SnapshotFeed feed = feed()) {
            feed.start();
            long load = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            assertThat(feed.snapshot().keys()).isGreaterThanOrEqualTo(KEYS);
            int[] offers = {0};
            feed.snapshot().forEachOffer(offer -> offers[0]++);
            assertThat(offers[0]).isGreaterThanOrEqualTo(MODELS);
            long heap = used() - before;

            Snapshot.Key other = feed.snapshot().key(hash(2));
            Snapshot.Offer unchanged = feed.snapshot().offer("many-2");
            assertThat(other).isNotNull();
            assertThat(unchanged).isNotNull();
            system.sql("update access.api_keys set revoked_at = now() where secret_hash = sha256('key-1')")
                    .update();
            String hash = hash(1);
            long revoked = millisUntil(() -> {
                Snapshot.Key key = feed.snapshot().key(hash);
                return key != null && key.revoked();
            });
            system.sql("update catalog.offers set state = 'withdrawn', changed_at = now() where model = 'many-1'")
                    .update();
            long withdrawn = millisUntil(() -> {
                Snapshot.Offer offer = feed.snapshot().offer("many-1");
                return offer != null && !offer.live();
            });
            assertThat(feed.snapshot().key(hash(2)))
                    .as("a key that did not change")
                    .isSameAs(other);
            assertThat(feed.snapshot().offer("many-2"))
                    .as("a model that did not change")
                    .isSameAs(unchanged);

            UUID tenant = UUID.fromString("00000000-0000-7000-8000-000000000001");
            system.sql("""
                insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
                select ?, gen_random_uuid(), ?, 'Key', 'sk-souk-', sha256(convert_to('more-' || n, 'UTF8')), now()
                from generate_series(1, 20000) n\
                """).params(tenant, tenant).update();
            int keys = feed.snapshot().keys();
            long many = keys >= KEYS + 20_000
                    ? 0
                    : millisUntil(() -> feed.snapshot().keys() >= KEYS + 20_000);

            log.info(
                    "{} keys and {} models: read in {} ms, {} MB of heap; a revocation was there after {} ms, a"
                            + " withdrawal after {} ms, 20,000 keys at once after {} ms",
                    KEYS,
                    MODELS,
                    load,
                    heap >> 20,
                    revoked,
                    withdrawn,
                    many);
            assertThat(load).as("milliseconds to read everything").isLessThan(20_000);
            assertThat(heap).as("bytes of heap").isLessThan(150L << 20);
            assertThat(revoked).as("milliseconds until a revocation is obeyed").isLessThan(1_000);
            assertThat(withdrawn)
                    .as("milliseconds until a withdrawal is obeyed")
                    .isLessThan(1_000);
            assertThat(many).as("milliseconds until 20,000 keys are there").isLessThan(10_000);
        }
    }
}
