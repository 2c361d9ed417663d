package io.souk.local.stripe;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
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
@EnableConfigurationProperties(StripeProperties.class)
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
class StripeConfiguration {
    @Bean
    LocalStripe localStripe(
            @Qualifier("system") JdbcClient system,
            @Qualifier("system") TransactionTemplate transactions,
            Clock clock,
            StripeProperties properties,
            Environment environment) {
        String pages = environment.getProperty("souk.portal.public-url", "http://localhost:8080");
        return new LocalStripe(system, transactions, clock, properties.apiBase(), pages.replaceFirst("/+$", ""));
    }

    @Bean
    ControlToken localStripeControlToken(StripeProperties properties) {
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
