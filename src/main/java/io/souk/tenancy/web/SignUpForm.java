package io.souk.tenancy.web;

import io.souk.platform.Name;
import io.souk.platform.Names;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

record SignUpForm(
        @NotBlank(message = "Your name is missing.") @Name(whose = "Your name")
        String name,

        @NotBlank(message = "Your e-mail address is missing.")
        @Pattern(regexp = "\\s*[^@\\s]+@[^@\\s]+\\s*", message = "This is no e-mail address.")
        @Pattern(regexp = Names.PLAIN, message = "This is no e-mail address.")
        @Size(max = 254, message = "Use at most 254 characters.")
        String email,

        @NotBlank(message = "The name of your organisation is missing.") @Name(whose = "An organisation's name")
        String organisation,

        @NotNull(message = "A password is missing.") String password) {
    @Override
    public String toString() {
        return "SignUpForm[" + email + "]";
    }
}
