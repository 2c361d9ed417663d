package io.souk.billing.web;

import io.souk.billing.TopUpView;
import org.jspecify.annotations.Nullable;

/**
 * What became of a payment, in words.
 *
 * @param name {@code paid}, {@code cancelled}, {@code declined}, {@code expired}, {@code open}, {@code confirming}, {@code
 *     disputed} or {@code unknown}
 * @param text what happened and why; what to do is on the page's buttons
 */
record Outcome(String name, String tone, String title, String text) {
    static Outcome of(TopUpView order, boolean away) {
        String problem = order.problem();
        return switch (order.state()) {
            case PAID -> new Outcome("paid", "good", "Credit added", "The payment went through and can be spent now.");
            case CANCELLED ->
                problem == null
                        ? new Outcome(
                                "cancelled",
                                "quiet",
                                "Payment cancelled",
                                "You left the payment page before paying. Nothing was charged, and the page is closed.")
                        : declined(problem);
            case FAILED -> declined(problem);
            case EXPIRED ->
                new Outcome(
                        "expired",
                        "warn",
                        "The payment page expired",
                        "It was not paid in time and is closed. Nothing was charged.");
            case REQUESTED ->
                new Outcome(
                        "unknown",
                        "warn",
                        "The payment page was not opened",
                        "The payment provider did not answer when it was asked for a page. Nothing was charged.");
            case OPEN -> open(order, problem, away);
        };
    }

    private static Outcome declined(@Nullable String problem) {
        return new Outcome(
                "declined",
                "bad",
                "The card was declined",
                (problem == null ? "" : problem + " ") + "Nothing was charged. Try another card, or ask your bank.");
    }

    private static Outcome open(TopUpView order, @Nullable String problem, boolean away) {
        if (away) {
            return new Outcome(
                    "unknown",
                    "warn",
                    "We cannot see the payment right now",
                    "The payment provider does not answer at the moment. If you have paid, nothing is lost: the credit"
                            + " is added as soon as it can be read, without your doing. Do not pay a second time.");
        }
        if (order.checkoutUrl() == null) {
            return problem == null
                    ? new Outcome(
                            "confirming",
                            "info",
                            "Your bank is confirming the payment",
                            "This can take minutes, with some methods days. The credit is added as soon as the money is"
                                    + " there, without your doing.")
                    : new Outcome("disputed", "bad", "This payment is being looked at", problem);
        }
        return problem == null
                ? new Outcome(
                        "open", "info", "Not paid yet", "The payment page is still open. Nothing was charged so far.")
                : new Outcome(
                        "declined",
                        "bad",
                        "The card was declined",
                        problem + " Nothing was charged. The payment page is still open for another card.");
    }
}
