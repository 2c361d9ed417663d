package io.souk.billing.web;

import io.souk.billing.TopUps;
import io.souk.kernel.Money;
import io.souk.platform.TypedAmount;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/**
 * An amount as it was typed.
 *
 * @param key made with the form, so that a double click is one order
 */
record TopUpForm(@Nullable String amount, @Nullable String key) {
    /** The amount in minor units, {@link TopUps#LEAST_MINOR} to {@link TopUps#MOST_MINOR}; what is wrong with it is noted. */
    Optional<Long> minor(String currency, BindingResult result) {
        int decimals = decimals(currency);
        switch (TypedAmount.of(amount, decimals)) {
            case TypedAmount.Unclear(String reason) -> result.rejectValue("amount", "amount", reason);
            case TypedAmount.Read(BigDecimal units) -> {
                BigDecimal minor = units.movePointRight(decimals);
                if (minor.compareTo(BigDecimal.valueOf(TopUps.LEAST_MINOR)) >= 0
                        && minor.compareTo(BigDecimal.valueOf(TopUps.MOST_MINOR)) <= 0) {
                    return Optional.of(minor.longValueExact());
                }
                result.rejectValue("amount", "amount", "Choose an amount " + limits(currency) + ".");
            }
        }
        return Optional.empty();
    }

    /** As {@code between 5 and 5000 USD}. */
    static String limits(String currency) {
        return "between %s and %s %s"
                .formatted(units(TopUps.LEAST_MINOR, currency), units(TopUps.MOST_MINOR, currency), currency);
    }

    private static String units(long minor, String currency) {
        return Long.toString(Money.ofMinor(minor, currency).nanos() / Money.NANOS_PER_UNIT);
    }

    private static int decimals(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    UUID formKey() {
        try {
            return UUID.fromString(key == null ? "" : key);
        } catch (IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }
}
