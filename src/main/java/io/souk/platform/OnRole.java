package io.souk.platform;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

class OnRole implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Map<String, ?> attributes =
                Objects.requireNonNull(metadata.getAnnotationAttributes(ConditionalOnRole.class.getName()));
        return of(context.getEnvironment()).contains((Role) Objects.requireNonNull(attributes.get("value")));
    }

    static Set<Role> of(Environment environment) {
        List<Role> named = Binder.get(environment)
                .bind("souk.roles", Bindable.listOf(Role.class))
                .orElse(List.of());
        return named.isEmpty() ? EnumSet.allOf(Role.class) : EnumSet.copyOf(named);
    }
}
