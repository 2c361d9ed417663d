package io.souk.exactness;

import io.souk.access.KeySecret;
import io.souk.kernel.Ids;
import java.net.URI;
import java.security.SecureRandom;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An organisation that has paid, subscribed to a chat model of its own, and has a key. An input token costs 1,000
 * nano-units, an output token 2,000.
 */
record Customer(UUID tenant, UUID wallet, String model, String key) {
    static final long INPUT_NANOS = 1_000;
    static final long OUTPUT_NANOS = 2_000;

    /** @param maxOutput what the model may answer at most; decides what a call holds */
    static Customer of(JdbcClient sql, URI backend, long creditNanos, int maxOutput) {
        return of(sql, backend, creditNanos, maxOutput, INPUT_NANOS * 1_000);
    }

    /** One whose model costs nothing for what goes in, so that an answer as long as it may be costs what it held. */
    static Customer ofConstantCost(JdbcClient sql, URI backend, long creditNanos, int maxOutput) {
        return of(sql, backend, creditNanos, maxOutput, 0);
    }

    private static Customer of(
            JdbcClient sql, URI backend, long creditNanos, int maxOutput, long inputMicrosPerMillion) {
        UUID tenant = Ids.next();
        UUID offer = Ids.next();
        UUID wallet = Ids.next();
        String model = "exact-" + tenant.toString().substring(24);
        String key = KeySecret.generate(new SecureRandom());
        UUID version = Ids.next();
        UUID topUp = Ids.next();
        UUID project = Ids.next();
        sql.sql("""
            insert into tenancy.organisations (id, tenant_id, name, created_at) values ('%1$s', '%1$s', 'Exact', now());
            insert into tenancy.projects (tenant_id, id, name, created_at) values ('%1$s', '%2$s', 'Default', now());
            insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
                values ('%1$s', gen_random_uuid(), '%2$s', 'Key', 'sk-souk-', sha256(convert_to('%3$s', 'UTF8')), now());
            insert into billing.accounts (id, tenant_id, currency, opened_at)
                values (gen_random_uuid(), '%1$s', 'USD', now());
            insert into billing.counters (tenant_id, id, kind, currency, limit_nanos)
                values ('%1$s', '%4$s', 'wallet', 'USD', %5$d);
            insert into billing.ledger_transactions (tenant_id, id, posting_key, kind, currency, description, occurred_at)
                values ('%1$s', '%6$s', 'topup:test', 'top_up', 'USD', 'Top-up', now());
            insert into billing.ledger_entries (tenant_id, id, transaction_id, account, amount_nanos) values
                ('%1$s', gen_random_uuid(), '%6$s', 'customer_wallet', %5$d),
                ('%1$s', gen_random_uuid(), '%6$s', 'stripe_clearing', -%5$d);
            insert into catalog.offers (id, model, title, publisher, task, state, max_output_tokens, created_at, changed_at)
                values ('%7$s', '%8$s', 'Exact', 'Tests', 'chat', 'live', %9$d, now(), now());
            insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)
                values ('%10$s', '%7$s', 1, 'USD', now() - interval '1 hour', now());
            insert into catalog.prices (price_version_id, token_class, micros_per_million)
                values ('%10$s', 'INPUT', %12$d), ('%10$s', 'OUTPUT', 2000000);
            insert into supply.backends (id, offer_id, name, base_url, dialect, upstream_model, created_at)
                values (gen_random_uuid(), '%7$s', 'one', '%11$s', 'openai', 'upstream', now());
            insert into subscriptions.subscriptions (tenant_id, id, offer_id, subscribed_at)
                values ('%1$s', gen_random_uuid(), '%7$s', now())\
            """.formatted(
                                tenant,
                                project,
                                key,
                                wallet,
                                creditNanos,
                                topUp,
                                offer,
                                model,
                                maxOutput,
                                version,
                                backend,
                                inputMicrosPerMillion))
                .update();
        return new Customer(tenant, wallet, model, key);
    }
}
