package io.souk.local.stripe;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A card as a person typed it.
 *
 * @param expiry month and year, such as {@code 12/30}
 */
public record CardEntry(String number, String expiry, String cvc, String name, String email) {
    private static final Pattern EXPIRY = Pattern.compile("\\s*([0-9]{1,2})\\s*/\\s*(?:20)?([0-9]{2})\\s*");

    /** The number without spaces and dashes. */
    String digits() {
        return number.replaceAll("[\\s-]", "");
    }

    /** The month, when {@link #problems} found none. */
    YearMonth validUntil() {
        Matcher matcher = EXPIRY.matcher(expiry);
        if (!matcher.matches()) {
            throw new IllegalStateException("the expiry was not checked");
        }
        return YearMonth.of(2000 + Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(1)));
    }

    /** What is wrong, by field; empty when nothing is. */
    Map<String, String> problems(Instant now) {
        Map<String, String> problems = new LinkedHashMap<>();
        String digits = digits();
        if (digits.isEmpty()) {
            problems.put("number", "Enter a card number.");
        } else if (!digits.matches("[0-9]+") || !Cards.hasValidCheckDigit(digits)) {
            problems.put("number", "This card number is not valid. Check its digits.");
        } else if (Cards.behaviour(digits).isEmpty()) {
            problems.put("number", "Only the test cards listed on this page work here. Never enter a real card.");
        }
        Matcher matcher = EXPIRY.matcher(expiry);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1 || Integer.parseInt(matcher.group(1)) > 12) {
            problems.put("expiry", "Enter month and year, such as 12/30.");
        } else if (validUntil().isBefore(YearMonth.from(now.atZone(ZoneOffset.UTC)))) {
            problems.put("expiry", "This card's expiry date is in the past.");
        }
        if (!cvc.strip().matches("[0-9]{3,4}")) {
            problems.put("cvc", "Enter the three or four digits of the security code.");
        }
        if (name.isBlank()) {
            problems.put("name", "Enter the name on the card.");
        }
        return problems;
    }

    /** Never the number: this may end in a log. */
    @Override
    public String toString() {
        return "CardEntry[hidden]";
    }
}
