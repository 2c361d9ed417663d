package io.souk.identity.web;

import io.souk.identity.Person;
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

/** Gives handlers whoever is signed in: a {@link Person}, nullable where a visitor may come. */
@Component
class PersonArgument implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    PersonArgument() {}

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Person.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Optional<Person> person = Optional.ofNullable(request.getNativeRequest(HttpServletRequest.class))
                .flatMap(SignedInFilter::person);
        if (person.isEmpty() && !parameter.isOptional()) {
            throw new InsufficientAuthenticationException("nobody is signed in");
        }
        return person.orElse(null);
    }
}
