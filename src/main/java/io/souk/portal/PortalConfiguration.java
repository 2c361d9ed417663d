package io.souk.portal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;

/** What every template may read besides its model. */
@Configuration(proxyBeanMethods = false)
class PortalConfiguration {
    // a variable, because Thymeleaf refuses bean references ("@fmt") in the arguments of fragments
    @Bean
    SmartInitializingSingleton formatsInTemplates(ObjectProvider<ThymeleafViewResolver> views, Formats formats) {
        return () -> views.forEach(resolver -> resolver.addStaticVariable("fmt", formats));
    }
}
