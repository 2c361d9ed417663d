package io.souk.access.web;

import io.souk.access.Limits;
import io.souk.platform.TypedCount;
import java.util.OptionalLong;
import org.springframework.validation.BindingResult;

/** Limits as people type them; empty where there is none. */
record LimitForm(String requests, String tokens, String concurrent) {
    static LimitForm of(Limits limits) {
        return new LimitForm(
                text(limits.requestsPerMinute()), text(limits.tokensPerMinute()), text(limits.concurrentCalls()));
    }

    private static String text(long limit) {
        return limit == 0 ? "" : Long.toString(limit);
    }

    /** The limits, if {@code result} has no errors afterwards. */
    Limits limits(BindingResult result) {
        long perMinute = number("requests", requests, Limits.MOST, result);
        long tokensPerMinute = number("tokens", tokens, Limits.MOST, result);
        long atOnce = number("concurrent", concurrent, 1_000_000, result);
        return new Limits(perMinute, tokensPerMinute, (int) atOnce);
    }

    private static long number(String field, String typed, long most, BindingResult result) {
        String text = typed == null ? "" : typed.strip();
        if (text.isEmpty()) {
            return 0;
        }
        OptionalLong number = TypedCount.of(text);
        if (number.isPresent() && number.getAsLong() >= 1 && number.getAsLong() <= most) {
            return number.getAsLong();
        }
        result.rejectValue(
                field,
                field,
                "Write a whole number from 1 to " + String.format(java.util.Locale.ENGLISH, "%,d", most)
                        + ", or leave it empty for no limit.");
        return 0;
    }
}
