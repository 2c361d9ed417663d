import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The program's own PostgreSQL, seen as its superuser: puts customers and a model in place, and checks the books. */
final class Database implements AutoCloseable {
    static final String MODEL = "bench";

    final int port;
    private final Path data;
    private final Connection connection;

    Database(Path data, int port) throws Exception {
        this.data = data;
        this.port = port;
        connection = open(data, port);
    }

    static Connection open(Path data, int port) throws Exception {
        Properties passwords = new Properties();
        try (var in = Files.newInputStream(data.resolve("postgres/passwords.properties"))) {
            passwords.load(in);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/souk", "postgres", passwords.getProperty("postgres"));
    }

    long number(String query) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void update(String sql, Object... parameters) throws Exception {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    /** A chat model at one and two units per million tokens, behind the mock backend with its token. */
    void publish(Upstream upstream) throws Exception {
        UUID offer = UUID.randomUUID();
        UUID version = UUID.randomUUID();
        connection.setAutoCommit(false);
        update("""
            insert into catalog.offers (id, model, title, publisher, task, state, created_at, changed_at)
            values (?, ?, 'Bench', 'Bench', 'chat', 'live', now(), now())\
            """, offer, MODEL);
        update("""
            insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)
            values (?, ?, 1, 'USD', now() - interval '1 hour', now())\
            """, version, offer);
        update("""
            insert into catalog.prices (price_version_id, token_class, micros_per_million)
            values (?, 'INPUT', 100000), (?, 'OUTPUT', 200000)\
            """, version, version);
        update("""
            insert into supply.backends (id, offer_id, name, base_url, dialect, upstream_model, credential, created_at)
            values (?, ?, 'one', ?, 'openai', 'upstream', ?, now())\
            """, UUID.randomUUID(), offer, "http://127.0.0.1:" + upstream.port + "/v1", sealed(Upstream.TOKEN));
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** As the program seals a backend's credential: AES-256-GCM under the key in the data folder. */
    private byte[] sealed(String secret) throws Exception {
        byte[] key = Base64.getDecoder().decode(Files.readString(data.resolve("secrets.key")).strip());
        byte[] nonce = new byte[12];
        new SecureRandom().nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD("backend-credential".getBytes(StandardCharsets.UTF_8));
        byte[] text = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
        byte[] name = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), 8);
        return ByteBuffer.allocate(1 + name.length + nonce.length + text.length)
                .put((byte) 1)
                .put(name)
                .put(nonce)
                .put(text)
                .array();
    }

    /**
     * Organisations with this credit each and a subscription, and keys that are spread evenly over them, in one transaction.
     *
     * @return the keys
     */
    List<String> customers(int organisations, int keys, long creditNanos) throws Exception {
        List<UUID> tenants = new ArrayList<>();
        connection.setAutoCommit(false);
        for (int i = 0; i < organisations; i++) {
            UUID tenant = UUID.randomUUID();
            UUID posting = UUID.randomUUID();
            tenants.add(tenant);
            update("insert into tenancy.organisations (id, tenant_id, name, created_at) values (?, ?, 'Bench', now())",
                    tenant, tenant);
            update("insert into tenancy.projects (tenant_id, id, name, created_at) values (?, ?, 'Standard', now())",
                    tenant, tenant);
            update("insert into billing.accounts (id, tenant_id, currency, opened_at) values (?, ?, 'USD', now())",
                    UUID.randomUUID(), tenant);
            update("""
                insert into billing.counters (tenant_id, id, kind, currency, limit_nanos)
                values (?, ?, 'wallet', 'USD', ?)\
                """, tenant, UUID.randomUUID(), creditNanos);
            update("""
                insert into billing.ledger_transactions (tenant_id, id, posting_key, kind, currency, description, occurred_at)
                values (?, ?, 'bench', 'adjustment', 'USD', 'Credit for the bench', now())\
                """, tenant, posting);
            update("""
                insert into billing.ledger_entries (tenant_id, id, transaction_id, account, amount_nanos)
                values (?, ?, ?, 'customer_wallet', ?), (?, ?, ?, 'rounding', ?)\
                """, tenant, UUID.randomUUID(), posting, creditNanos, tenant, UUID.randomUUID(), posting, -creditNanos);
            update("""
                insert into subscriptions.subscriptions (tenant_id, id, offer_id, subscribed_at)
                select ?, ?, id, now() from catalog.offers where model = ?\
                """, tenant, UUID.randomUUID(), MODEL);
        }
        List<String> secrets = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement("""
            insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
            values (?, ?, ?, 'Bench', ?, ?, now())\
            """)) {
            for (int i = 0; i < keys; i++) {
                String secret = Keys.next();
                UUID tenant = tenants.get(i % organisations);
                secrets.add(secret);
                insert.setObject(1, tenant);
                insert.setObject(2, UUID.randomUUID());
                insert.setObject(3, tenant);
                insert.setString(4, secret.substring(0, 12));
                insert.setBytes(5, Keys.hash(secret));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        if (hasLimits()) {
            limit(tenants);
        }
        connection.commit();
        connection.setAutoCommit(true);
        return secrets;
    }

    /** Whether this version limits rates; without, the figures are of a gateway that has less to do. */
    boolean hasLimits() throws Exception {
        return number("select count(*) from pg_tables where schemaname = 'access' and tablename = 'rate_limits'") > 0;
    }

    /** Limits on every key and organisation, of every kind, that are counted at each call and never reached. */
    private void limit(List<UUID> tenants) throws Exception {
        UUID[] ids = tenants.toArray(UUID[]::new);
        update("""
            insert into access.rate_limits (tenant_id, id, scope, subject_id, requests_per_minute, tokens_per_minute,
                                            concurrent_calls, set_at)
            select tenant_id, gen_random_uuid(), scope, id, 1000000000, 1000000000000, 1000000, now() from (
                select tenant_id, id, 'key' as scope from access.api_keys
                union all select tenant_id, id, 'organisation' from tenancy.organisations) as subjects
            where tenant_id = any (?)\
            """, connection.createArrayOf("uuid", ids));
    }

    /** One more key of any of the organisations. */
    String oneMoreKey() throws Exception {
        String secret = Keys.next();
        update("""
            insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
            select tenant_id, ?, id, 'Bench', ?, ?, now() from tenancy.projects
            where tenant_id in (select tenant_id from subscriptions.subscriptions s join catalog.offers o on o.id = s.offer_id
            where o.model = 'bench') limit 1\
            """, UUID.randomUUID(), secret.substring(0, 12), Keys.hash(secret));
        return secret;
    }

    /** How many calls of the bench's model are settled: those that are rolled up, and those that are left for later. */
    long settled() throws Exception {
        return number("""
            select (select coalesce(sum(calls), 0) from usage.rollups r join catalog.offers o on o.id = r.offer_id
                where o.model = 'bench' and r.grain = 'day')\
            """ + (rollsUpLater() ? " + (select coalesce(sum(calls), 0) from usage.fresh_batches)" : ""));
    }

    /** Whether every settled call is rolled up too; of other models' calls as well, which {@link #settled} tells from ours only then. */
    boolean isRolledUp() throws Exception {
        return !rollsUpLater() || number("select count(*) from usage.fresh_batches") == 0;
    }

    /** Whether this version rolls calls up in a transaction of its own; others do while they settle. */
    private boolean rollsUpLater() throws Exception {
        return number("select count(*) from pg_tables where schemaname = 'usage' and tablename = 'fresh_batches'") > 0;
    }

    /** How many settled calls cost nothing: they were refused, and the backend need not have seen them. */
    long unused() throws Exception {
        return number(rows("count(*)") + " and charge_nanos = 0");
    }

    /** What is wrong in the books, in words; empty if all agrees. Holds of running calls are not expected. */
    List<String> problems(long seenByUpstream) throws Exception {
        List<String> problems = new ArrayList<>();
        String reached = " and charge_nanos > 0";
        expect(problems, "usage rows with a charge", number(rows("count(*)") + reached), seenByUpstream);
        expect(problems, "charged calls that differ", number(rows("count(distinct call_id)") + reached), seenByUpstream);
        expect(problems, "sum of the ledger", number("select coalesce(sum(amount_nanos), 0) from billing.ledger_entries"), 0);
        expect(problems, "counters beyond their limit",
                number("select count(*) from billing.counters where spent_nanos + leased_nanos > limit_nanos"), 0);
        expect(problems, "spent by counters", number("select coalesce(sum(spent_nanos), 0) from billing.counters"),
                number("select coalesce(sum(charge_nanos), 0) from usage.calls"));
        expect(problems, "calls in quarantine", number("select count(*) from billing.quarantine"), 0);
        return problems;
    }

    private static String rows(String what) {
        return "select " + what + " from usage.calls where model = 'bench'";
    }

    private static void expect(List<String> problems, String what, long is, long should) {
        if (is != should) {
            problems.add(what + ": " + is + ", not " + should);
        }
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
