package io.souk.platform;

import io.souk.kernel.Money;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.validation.BindingResult;

/**
 * An amount of money as people type it: {@code 20}, {@code 12.50}, {@code 1,000.50}, with or without the currency's sign
 * before it. A comma stands between thousands and nowhere else: who writes decimals after a comma is told so, for their
 * {@code 1,5} is no fifteen. One comma before three digits and nothing more is refused, for {@code 1,500} is a thousand
 * and five hundred to some and one and a half to others.
 */
public sealed interface TypedAmount {
    /** It is one. @param units of the currency, exact, zero or more, with no zero at the end of its decimals */
    record Read(BigDecimal units) implements TypedAmount {}

    /** It is none. @param reason what is wrong and how to write it, a sentence to show under the field */
    record Unclear(String reason) implements TypedAmount {}

    Pattern EITHER = Pattern.compile("[1-9][0-9]{0,2},[0-9]{3}");

    Pattern FIGURES = Pattern.compile("([0-9]{1,10}|[1-9][0-9]{0,2}(,[0-9]{3}){1,3})(\\.[0-9]{1,9})?");

    /**
     * Reads what was typed.
     *
     * @param text null is as nothing
     * @param decimals the most digits after the point that count, 0 to 9; zeros may follow them
     */
    static TypedAmount of(@Nullable String text, int decimals) {
        String typed = text == null ? "" : text.strip();
        if (typed.startsWith("$") || typed.startsWith("€") || typed.startsWith("£")) {
            typed = typed.substring(1).strip();
        }
        if (EITHER.matcher(typed).matches()) {
            BigDecimal small = new BigDecimal(typed.replace(',', '.')).stripTrailingZeros();
            return new Unclear("This can be read in two ways. Write " + typed.replace(",", "") + " or "
                    + small.setScale(Math.max(2, small.scale())).toPlainString() + ".");
        }
        if (!FIGURES.matcher(typed).matches()) {
            return new Unclear(
                    typed.contains(",")
                            ? "Write decimals after a point, like 12.50; a comma only stands between thousands, like"
                                    + " 1,000.00."
                            : "Write an amount in figures, like 20 or 12.50.");
        }
        BigDecimal units = new BigDecimal(typed.replace(",", "")).stripTrailingZeros();
        if (units.scale() > decimals) {
            return new Unclear(
                    decimals == 0 ? "Write a whole amount." : "Write at most " + decimals + " digits after the point.");
        }
        return new Read(units);
    }

    /**
     * Reads an amount of a form that is above zero.
     *
     * @param most the most units that it may be
     * @return null where it cannot be taken; why is noted in {@code result} then
     */
    static @Nullable Money aboveZero(
            String field, @Nullable String text, int decimals, long most, String currency, BindingResult result) {
        switch (of(text, decimals)) {
            case Unclear(String reason) -> result.rejectValue(field, field, reason);
            case Read(BigDecimal units) -> {
                if (units.signum() > 0 && units.compareTo(BigDecimal.valueOf(most)) <= 0) {
                    return new Money(units.movePointRight(9).longValueExact(), currency);
                }
                result.rejectValue(
                        field,
                        field,
                        String.format(
                                Locale.ENGLISH, "Write an amount above zero and at most %,d, like 50 or 0.25.", most));
            }
        }
        return null;
    }
}
