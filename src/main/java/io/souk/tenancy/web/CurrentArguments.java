package io.souk.tenancy.web;

import io.souk.tenancy.CurrentClient;
import io.souk.tenancy.CurrentMember;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives handlers the {@link CurrentMember} or {@link CurrentClient} of the request; null where it is nullable and absent. */
@Component
class CurrentArguments implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    CurrentArguments() {}

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == CurrentMember.class
                || parameter.getParameterType() == CurrentClient.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Optional<?> found = parameter.getParameterType() == CurrentClient.class
                ? TenantFilter.client()
                : Optional.ofNullable(request.getNativeRequest(HttpServletRequest.class))
                        .flatMap(TenantFilter::current);
        if (found.isEmpty() && !parameter.isOptional()) {
            throw new InsufficientAuthenticationException("nobody is signed in");
        }
        return found.orElse(null);
    }
}
