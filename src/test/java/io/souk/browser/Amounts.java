package io.souk.browser;

import java.math.BigDecimal;

/** Reads amounts as a person does, from what a page shows. */
final class Amounts {
    private Amounts() {}

    /** {@code $1,234.000042} or {@code −$0.50}; nothing but dollars. */
    static BigDecimal read(String shown) {
        String plain = shown.strip().replace(",", "").replace("−", "-").replaceAll("\\s", "");
        if (!plain.matches("-?\\$[0-9]+(\\.[0-9]+)?")) {
            throw new AssertionError("\"" + shown + "\" is no amount in dollars");
        }
        return new BigDecimal(plain.replace("$", ""));
    }
}
