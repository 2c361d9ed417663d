package io.souk.platform;

import org.springframework.ui.Model;

/**
 * Forms that cannot be taken as they were sent: the answer is the form again, with what was typed and what is wrong, and
 * status 422. What a {@link org.springframework.validation.BindingResult} holds needs nothing; what else is wrong is told
 * here.
 */
public final class RefusedForms {
    /** In the model where something was told. */
    public static final String TOLD = RefusedForms.class.getName();

    private RefusedForms() {}

    /** Shows a problem on the page that is answered. @param attribute where the page looks for it */
    public static void tell(Model model, String attribute, Object problem) {
        model.addAttribute(attribute, problem).addAttribute(TOLD, true);
    }
}
