package io.souk.gateway;

import io.souk.access.KeyRoutes;
import io.souk.billing.FundingRoutes;
import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.platform.ChangeLog;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.subscriptions.SubscriptionRoutes;
import io.souk.supply.AddressRule;
import io.souk.supply.BackendRoutes;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GatewayProperties.class)
class GatewayConfiguration {
    @Bean
    @ConditionalOnRole(Role.GATEWAY)
    Gateway gateway(
            GatewayProperties properties,
            ChangeLog changeLog,
            KeyRoutes keys,
            OfferRoutes offers,
            BackendRoutes backends,
            SubscriptionRoutes subscriptions,
            FundingRoutes funding,
            Leases leases,
            Journals journals,
            Settlement settlement,
            AddressRule addresses,
            Clock clock) {
        return new Gateway(
                properties,
                properties.journal().folder(),
                new Gateway.Parts(
                        changeLog,
                        keys,
                        offers,
                        backends,
                        subscriptions,
                        funding,
                        leases,
                        journals,
                        settlement,
                        addresses,
                        clock));
    }
}
