package io.souk.billing.stripe;

import io.souk.platform.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Stripe gave once and is needed again, encrypted. */
class StripeSettings {
    private static final String PURPOSE = "stripe-settings";

    private final JdbcClient system;
    private final Secrets secrets;

    StripeSettings(JdbcClient system, Secrets secrets) {
        this.system = system;
        this.secrets = secrets;
    }

    Optional<String> find(String name) {
        return system.sql("select value from billing.stripe_settings where name = ?")
                .param(name)
                .query((row, number) -> new String(secrets.open(row.getBytes(1), PURPOSE), StandardCharsets.UTF_8))
                .optional();
    }

    void put(String name, String value) {
        system.sql("""
            insert into billing.stripe_settings (name, value) values (?, ?)
            on conflict (name) do update set value = excluded.value\
            """)
                .params(name, secrets.seal(value.getBytes(StandardCharsets.UTF_8), PURPOSE))
                .update();
    }

    String findOrPut(String name, Supplier<String> made) {
        return find(name).orElseGet(() -> {
            String value = made.get();
            put(name, value);
            return value;
        });
    }
}
