package io.souk.models;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelsProperties.class)
@ConditionalOnRole(Role.MODELS)
@ConditionalOnProperty(name = "souk.models.enabled", matchIfMissing = true)
class ModelsConfiguration {
    @Bean
    ModelsServer modelsServer(ModelsProperties properties, InstantSource clock) {
        return new ModelsServer(properties, clock);
    }
}
