package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.tenancy.access.ApiScope;
import java.util.Objects;
import java.util.UUID;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** A route of the management API as it is mapped. */
record ApiRoute(String method, String path, HandlerMethod handler) {
    String scope() {
        ApiScope own = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), ApiScope.class);
        ApiScope scope =
                own != null ? own : AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), ApiScope.class);
        assertThat(scope).as(path).isNotNull();
        return Objects.requireNonNull(scope).value();
    }

    String example() {
        return path.replace("{id}", UUID.randomUUID().toString());
    }
}
