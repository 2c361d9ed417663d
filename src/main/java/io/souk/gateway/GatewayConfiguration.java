package io.souk.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.souk.access.BudgetRoutes;
import io.souk.access.KeyRoutes;
import io.souk.access.LimitRoutes;
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
import io.souk.supply.BackendReports;
import io.souk.supply.BackendRoutes;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GatewayProperties.class, RedisProperties.class})
class GatewayConfiguration {
    @Bean
    @ConditionalOnRole(Role.GATEWAY)
    Gateway gateway(
            GatewayProperties properties,
            RedisProperties redis,
            ChangeLog changeLog,
            KeyRoutes keys,
            OfferRoutes offers,
            BackendRoutes backends,
            SubscriptionRoutes subscriptions,
            FundingRoutes funding,
            LimitRoutes limits,
            BudgetRoutes budgets,
            Leases leases,
            Journals journals,
            Settlement settlement,
            AddressRule addresses,
            BackendReports reports,
            MeterRegistry meters,
            Clock clock) {
        return new Gateway(
                properties,
                redis,
                properties.journal().folder(),
                new Gateway.Parts(
                        changeLog,
                        keys,
                        offers,
                        backends,
                        subscriptions,
                        funding,
                        limits,
                        budgets,
                        leases,
                        journals,
                        settlement,
                        addresses,
                        reports,
                        meters,
                        clock));
    }
}
