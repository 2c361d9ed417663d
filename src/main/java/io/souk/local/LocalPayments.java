package io.souk.local;

import io.souk.billing.StripeAccess;
import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Lets billing talk to the local Stripe where there is no other. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
class LocalPayments {
    @Bean
    StripeAccess localStripeAccess(LocalStripe stripe, Environment environment) {
        return new StripeAccess(
                stripe.apiBase(),
                stripe.secretKey(),
                "http://127.0.0.1:" + environment.getRequiredProperty("server.port") + "/webhooks/stripe",
                stripe.clock());
    }
}
