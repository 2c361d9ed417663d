package io.souk.supply;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SupplyProperties.class)
class SupplyConfiguration {
    @Bean
    AddressRule addressRule(SupplyProperties properties) {
        return new AddressRule(properties.allowedNetworks());
    }

    @Bean
    BackendCalls backendCalls(AddressRule rule, SupplyProperties properties) {
        return new BackendCalls(rule, properties);
    }

    @Bean
    Probe probe(BackendCalls calls) {
        return new Probe(calls);
    }
}
