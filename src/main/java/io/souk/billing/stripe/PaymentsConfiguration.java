package io.souk.billing.stripe;

import com.stripe.Stripe;
import com.stripe.StripeClient;
import io.souk.billing.BillingProperties;
import io.souk.billing.Payments;
import io.souk.billing.StripeAccess;
import io.souk.platform.Secrets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class PaymentsConfiguration {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 20_000;

    /** The real Stripe where there is a key, else the stand-in where there is one, else none. */
    @Bean
    @Nullable
    Payments stripePayments(
            BillingProperties properties,
            ObjectProvider<StripeAccess> standIn,
            @Qualifier("system") JdbcClient system,
            Secrets secrets,
            Clock clock) {
        Stripe.enableTelemetry = false;
        StripeSettings settings = new StripeSettings(system, secrets);
        String key = properties.stripe().secretKey();
        if (!key.isBlank()) {
            return new StripePayments(
                    client(key).build(),
                    settings,
                    properties.stripe().webhookSecret(),
                    null,
                    clock,
                    !key.contains("_test_"));
        }
        StripeAccess access = standIn.getIfAvailable();
        if (access == null) {
            return null;
        }
        StripeClient client = client(access.secretKey())
                .setApiBase(access.apiBase())
                .setConnectBase(access.apiBase())
                .setFilesBase(access.apiBase())
                .setMeterEventsBase(access.apiBase())
                .build();
        return new StripePayments(client, settings, "", access.webhookUrl(), access.clock(), false);
    }

    private static StripeClient.StripeClientBuilder client(String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setMaxNetworkRetries(2)
                .setConnectTimeout(CONNECT_MILLIS)
                .setReadTimeout(READ_MILLIS);
    }
}
