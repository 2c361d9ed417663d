package io.souk.platform;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An amount of money as people type it: {@code 20}, {@code 12.50}, {@code 1,000.50}, with or without the currency's sign
 * before it. A comma stands between thousands and nowhere else: who writes decimals after a comma is told so, for their
 * {@code 1,5} is no fifteen.
 */
public sealed interface TypedAmount {
    /** It is one. @param units of the currency, exact, zero or more, with no zero at the end of its decimals */
    record Read(BigDecimal units) implements TypedAmount {}

    /** It is none. @param reason what is wrong and how to write it, a sentence to show under the field */
    record Unclear(String reason) implements TypedAmount {}

    Pattern FIGURES = Pattern.compile("([0-9]{1,10}|[0-9]{1,3}(,[0-9]{3}){1,3})(\\.[0-9]{1,9})?");

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
        if (!FIGURES.matcher(typed).matches()) {
            return new Unclear(
                    typed.contains(",")
                            ? "Write decimals after a point, like 12.50; a comma only stands between thousands, like"
                                    + " 1,000."
                            : "Write an amount in figures, like 20 or 12.50.");
        }
        BigDecimal units = new BigDecimal(typed.replace(",", "")).stripTrailingZeros();
        if (units.scale() > decimals) {
            return new Unclear(
                    decimals == 0 ? "Write a whole amount." : "Write at most " + decimals + " digits after the point.");
        }
        return new Read(units);
    }
}
