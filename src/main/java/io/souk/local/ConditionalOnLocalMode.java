package io.souk.local;

import io.souk.platform.Role;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.EnumSet;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The bean exists only where one process does everything on a database of its own. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnLocalMode.OnLocalMode.class)
@interface ConditionalOnLocalMode {
    class OnLocalMode implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return LocalDatabase.isEmbedded(context.getEnvironment())
                    && Role.of(context.getEnvironment()).equals(EnumSet.allOf(Role.class));
        }
    }
}
