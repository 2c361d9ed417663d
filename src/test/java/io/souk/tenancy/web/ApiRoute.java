package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.tenancy.access.ApiScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** A route of the management API as it is mapped in the running program. */
record ApiRoute(String method, String path, HandlerMethod handler) {
    static List<ApiRoute> of(RequestMappingHandlerMapping mapping) {
        List<ApiRoute> routes = new ArrayList<>();
        mapping.getHandlerMethods()
                .forEach((info, handler) -> info.getPatternValues().stream()
                        .filter(path -> path.startsWith("/api/v1/"))
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(new ApiRoute(method.name(), path, handler)))));
        return routes;
    }

    /** The scope that it wants, empty if any token will do. */
    String scope() {
        ApiScope own = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), ApiScope.class);
        ApiScope scope =
                own != null ? own : AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), ApiScope.class);
        assertThat(scope).as(path).isNotNull();
        return Objects.requireNonNull(scope).value();
    }

    /** A path of its form that leads to nothing. */
    String example() {
        return path.replace("{id}", UUID.randomUUID().toString());
    }

    /** What it takes beside the body, as {@code query limit}. */
    Set<String> parameters() {
        Set<String> parameters = new HashSet<>();
        Arrays.stream(handler.getMethodParameters()).forEach(parameter -> {
            parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
            RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
            if (header != null) {
                parameters.add("header " + header.name());
            } else if (parameter.hasParameterAnnotation(PathVariable.class)) {
                parameters.add("path " + parameter.getParameterName());
            } else if (parameter.hasParameterAnnotation(RequestParam.class)) {
                parameters.add("query " + parameter.getParameterName());
            }
        });
        return parameters;
    }
}
