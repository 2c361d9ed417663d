package io.souk.portal;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.thymeleaf.context.LazyContextVariable;

/** Puts {@code shell} in reach of pages and fragments; it is worked out only when a template reads it. */
@ControllerAdvice(annotations = Controller.class)
class ShellAdvice {
    private final Shells shells;

    ShellAdvice(Shells shells) {
        this.shells = shells;
    }

    @ModelAttribute("shell")
    LazyContextVariable<Shell> shell() {
        return new LazyContextVariable<>() {
            @Override
            protected Shell loadValue() {
                return shells.current();
            }
        };
    }
}
