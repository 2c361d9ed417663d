package io.souk.usage.web;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a call ended, and where its counts come from, in words. */
final class CallWords {
    private CallWords() {}

    /** Whether the backend found fault with what was asked, rather than failed. @param status what the caller was answered */
    private static boolean isAskedWrongly(CallReason reason, int status) {
        return reason == CallReason.UPSTREAM_ERROR && status >= 400 && status < 500 && status != 429;
    }

    static String brief(CallReason reason, int status) {
        return isAskedWrongly(reason, status) ? "Request refused" : brief(reason);
    }

    static String tone(CallReason reason, int status) {
        return isAskedWrongly(reason, status) ? "warn" : tone(reason);
    }

    static String sentence(CallReason reason, int status) {
        return isAskedWrongly(reason, status)
                ? "The model's backend refused what was asked; the answer said why. The call is not charged."
                : sentence(reason);
    }

    static String brief(CallReason reason) {
        return switch (reason) {
            case COMPLETED -> "Completed";
            case UPSTREAM_ERROR -> "Model failed";
            case UPSTREAM_BROKEN -> "Broke off";
            case CANCELLED -> "Cancelled";
            case CREDIT_EXHAUSTED -> "Credit ended";
            case INTERRUPTED -> "Interrupted";
            case INTERNAL_ERROR -> "Souk failed";
        };
    }

    static String tone(CallReason reason) {
        return switch (reason) {
            case COMPLETED -> "good";
            case CANCELLED -> "quiet";
            case CREDIT_EXHAUSTED, INTERRUPTED -> "warn";
            case UPSTREAM_ERROR, UPSTREAM_BROKEN, INTERNAL_ERROR -> "bad";
        };
    }

    static String sentence(CallReason reason) {
        return switch (reason) {
            case COMPLETED -> "The answer was complete.";
            case UPSTREAM_ERROR -> "The model's backend answered with an error before there was any output.";
            case UPSTREAM_BROKEN ->
                "The model's backend broke off in the middle of its answer. What had come until then is charged.";
            case CANCELLED ->
                "The calling program hung up before the answer was complete. What had come until then is charged.";
            case CREDIT_EXHAUSTED ->
                "The credit ended during the answer, which was brought to a clean end. Add credit to go on.";
            case INTERRUPTED ->
                "The gateway stopped during the call. It was closed when the gateway came back, and what was known to"
                        + " have been delivered is charged.";
            case INTERNAL_ERROR -> "Souk itself failed. The call is not charged.";
        };
    }

    static String source(CountSource source) {
        return switch (source) {
            case PROVIDER -> "stated by the model's backend";
            case COUNTED -> "counted by Souk with the model's tokenizer";
            case ESTIMATED -> "estimated from the text that was passed on";
            case CORRECTED -> "corrected by Souk, for the backend's figures could not be";
            case NONE -> "there was nothing to count";
        };
    }

    static Map<String, String> choices() {
        Map<String, String> choices = new LinkedHashMap<>();
        for (CallReason reason : CallReason.values()) {
            choices.put(reason.label(), brief(reason));
        }
        return choices;
    }

    /** The label if it is one of a reason, else null. */
    static @Nullable String known(String label) {
        return choices().containsKey(label) ? label : null;
    }
}
