package io.souk.billing.web;

import io.souk.kernel.Money;
import io.souk.platform.Name;
import io.souk.platform.TypedAmount;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/** What an organisation is approved for. @param line in units of currency */
record ApprovalForm(
        @Nullable String line,

        @NotBlank(message = "Say whom invoices are for.") @Name(whose = "The name on invoices")
        String invoiceName,

        @NotBlank(message = "Say where invoices are sent.")
        @Email(message = "This is no e-mail address.")
        @Size(max = 200, message = "Use at most 200 characters.")
        String invoiceEmail) {
    private static final long MOST = 1_000_000;

    /** The credit line; what is wrong with it is noted. */
    Optional<Money> creditLine(String currency, BindingResult result) {
        return Optional.ofNullable(TypedAmount.aboveZero("line", line, 2, MOST, currency, result));
    }
}
