package io.souk.portal;

import io.souk.platform.FormTargets;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;

/** What every page has, whichever module it belongs to. */
@Configuration(proxyBeanMethods = false)
class PortalConfiguration {
    // variables, because Thymeleaf refuses bean references ("@fmt") in the arguments of fragments
    @Bean
    SmartInitializingSingleton wordsOfTemplates(
            ObjectProvider<ThymeleafViewResolver> views, Formats formats, Charts charts) {
        return () -> views.forEach(resolver -> {
            resolver.addStaticVariable("fmt", formats);
            resolver.addStaticVariable("charts", charts);
        });
    }

    @Bean
    FilterRegistrationBean<SecurityHeaders> securityHeaders(List<FormTargets> targets) {
        var filter = new FilterRegistrationBean<>(new SecurityHeaders(targets));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }
}
