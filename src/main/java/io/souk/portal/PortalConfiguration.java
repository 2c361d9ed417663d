package io.souk.portal;

import io.souk.platform.FormTargets;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
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

    /** Where error pages are made is no page itself: asked for by its address there is nothing. */
    @Bean
    FilterRegistrationBean<Filter> noErrorsOnDemand() {
        var filter = new FilterRegistrationBean<Filter>(
                (_, response, _) -> ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND));
        filter.addUrlPatterns("/error");
        filter.setDispatcherTypes(DispatcherType.REQUEST);
        return filter;
    }

    /** Beside the one of Spring Boot and after it, so that it answers first. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> unreadRequests() {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new UnreadRequests()));
    }

    @Bean
    FilterRegistrationBean<SecurityHeaders> securityHeaders(List<FormTargets> targets) {
        var filter = new FilterRegistrationBean<>(new SecurityHeaders(targets));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }
}
