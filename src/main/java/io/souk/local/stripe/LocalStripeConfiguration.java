package io.souk.local.stripe;

import io.souk.billing.StripeAccess;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.net.URI;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Never beside a key of the real Stripe. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LocalStripeProperties.class)
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
class LocalStripeConfiguration {
    @Bean
    LocalStripe localStripe(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Clock clock,
            LocalStripeProperties properties,
            Environment environment) {
        String pages = environment.getProperty("souk.portal.public-url", "http://localhost:8080");
        return new LocalStripe(system, transactions, clock, properties.apiBase(), pages.replaceFirst("/+$", ""));
    }

    /** Billing talks to it as to the real one. */
    @Bean
    StripeAccess stripeAccess(LocalStripe stripe) {
        URI api = URI.create(stripe.apiBase());
        String webhooks = api.getScheme() + "://" + api.getRawAuthority() + "/webhooks/stripe";
        return new StripeAccess(stripe.apiBase(), stripe.secretKey(), webhooks, stripe.clock());
    }

    @Bean
    ControlToken localStripeControlToken(LocalStripeProperties properties) {
        return new ControlToken(properties.controlToken());
    }

    /** After the servers, as its webhooks go to one of them. */
    @Bean
    SmartLifecycle localStripeLifecycle(LocalStripe stripe) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                stripe.start();
                running = true;
            }

            @Override
            public void stop() {
                running = false;
                stripe.stop();
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}
