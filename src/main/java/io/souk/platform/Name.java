package io.souk.platform;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A field of a form that holds a name, as {@link Names} wants it. One that is missing or blank is let pass. */
@Constraint(validatedBy = Name.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Name {
    /** Begins the sentence about its length, as "A key's name". */
    String whose();

    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Tells {@link Names#problem}. */
    final class Check implements ConstraintValidator<Name, String> {
        private String whose = "";

        @Override
        public void initialize(Name name) {
            whose = name.whose();
        }

        @Override
        public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
            Optional<String> problem =
                    text == null || text.isBlank() ? Optional.empty() : Names.problem(whose, text.strip());
            problem.ifPresent(words -> {
                context.disableDefaultConstraintViolation();
                context.buildConstraintViolationWithTemplate(words).addConstraintViolation();
            });
            return problem.isEmpty();
        }
    }
}
