package io.souk.local.stripe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stripe's test cards: what each number, or the token that stands for it, does. */
final class Cards {
    /** How a card behaves. */
    enum Behaviour {
        PAYS(null),
        DECLINED(Decline.GENERIC),
        NO_FUNDS(Decline.INSUFFICIENT_FUNDS),
        EXPIRED(Decline.EXPIRED),
        WRONG_CVC(Decline.WRONG_CVC),
        PROCESSING_ERROR(Decline.PROCESSING),
        /** Can be saved, then declines every charge. */
        DECLINED_LATER(Decline.GENERIC),
        /** Asks for authentication once; when saved with it, off-session charges succeed. */
        AUTHENTICATES_ONCE(null),
        /** Asks for authentication at every charge. */
        AUTHENTICATES_ALWAYS(null);

        private final @Nullable Decline decline;

        Behaviour(@Nullable Decline decline) {
            this.decline = decline;
        }

        @Nullable
        Decline decline() {
            return decline;
        }

        boolean canBeSaved() {
            return decline == null || this == DECLINED_LATER;
        }

        boolean asksForAuthentication() {
            return this == AUTHENTICATES_ONCE || this == AUTHENTICATES_ALWAYS;
        }
    }

    private static final Map<String, Behaviour> NUMBERS = new LinkedHashMap<>();
    private static final Map<String, String> TOKENS = new LinkedHashMap<>();

    static {
        card("4242424242424242", Behaviour.PAYS, "pm_card_visa");
        card("4000056655665556", Behaviour.PAYS, "pm_card_visa_debit");
        card("5555555555554444", Behaviour.PAYS, "pm_card_mastercard");
        card("378282246310005", Behaviour.PAYS, "pm_card_amex");
        card("4000000000000002", Behaviour.DECLINED, "pm_card_visa_chargeDeclined", "pm_card_chargeDeclined");
        card(
                "4000000000009995",
                Behaviour.NO_FUNDS,
                "pm_card_visa_chargeDeclinedInsufficientFunds",
                "pm_card_chargeDeclinedInsufficientFunds");
        card("4000000000000069", Behaviour.EXPIRED, "pm_card_chargeDeclinedExpiredCard");
        card("4000000000000127", Behaviour.WRONG_CVC, "pm_card_chargeDeclinedIncorrectCvc");
        card("4000000000000119", Behaviour.PROCESSING_ERROR, "pm_card_chargeDeclinedProcessingError");
        card("4000000000000341", Behaviour.DECLINED_LATER, "pm_card_chargeCustomerFail");
        card("4000002500003155", Behaviour.AUTHENTICATES_ONCE, "pm_card_authenticationRequiredOnSetup");
        card("4000002760003184", Behaviour.AUTHENTICATES_ALWAYS, "pm_card_authenticationRequired");
    }

    private Cards() {}

    private static void card(String number, Behaviour behaviour, String... tokens) {
        NUMBERS.put(number, behaviour);
        for (String token : tokens) {
            TOKENS.put(token, number);
        }
    }

    /** The test card of this number; empty for any other, as no real card may be used here. */
    static Optional<Behaviour> behaviour(String number) {
        return Optional.ofNullable(NUMBERS.get(number));
    }

    static Optional<String> numberOf(String token) {
        return Optional.ofNullable(TOKENS.get(token));
    }

    static String brand(String number) {
        return switch (number.charAt(0)) {
            case '3' -> "amex";
            case '5' -> "mastercard";
            default -> "visa";
        };
    }

    /** The check digit of ISO/IEC 7812. */
    static boolean hasValidCheckDigit(String number) {
        int sum = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int weighed = i % 2 == 1 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return number.length() >= 12 && number.length() <= 19 && sum % 10 == 0;
    }
}
