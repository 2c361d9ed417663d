package io.souk.billing.web;

import io.souk.kernel.Money;
import io.souk.platform.Names;
import io.souk.platform.TypedAmount;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/** What an organisation is approved for. @param line in units of currency */
record ApprovalForm(
        @Nullable String line,

        @NotBlank(message = "Say whom invoices are for.")
        @Pattern(regexp = Names.PLAIN, message = Names.NOT_PLAIN)
        @Size(max = 100, message = "Use at most 100 characters.")
        String invoiceName,

        @NotBlank(message = "Say where invoices are sent.")
        @Email(message = "This is no e-mail address.")
        @Size(max = 200, message = "Use at most 200 characters.")
        String invoiceEmail) {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    /** The credit line; what is wrong with it is noted. */
    Optional<Money> creditLine(String currency, BindingResult result) {
        switch (TypedAmount.of(line, 2)) {
            case TypedAmount.Unclear(String reason) -> result.rejectValue("line", "line", reason);
            case TypedAmount.Read(BigDecimal units) -> {
                if (units.signum() > 0 && units.compareTo(MOST) <= 0) {
                    return Optional.of(new Money(units.movePointRight(9).longValueExact(), currency));
                }
                result.rejectValue("line", "line", "Choose an amount above zero and up to 1,000,000 " + currency + ".");
            }
        }
        return Optional.empty();
    }
}
