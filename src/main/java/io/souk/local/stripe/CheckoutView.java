package io.souk.local.stripe;

import java.util.List;
import java.util.Optional;

/**
 * What the hosted page shows of a session.
 *
 * @param status {@code open}, {@code complete} or {@code expired}
 * @param saving whether a card is saved and nothing paid
 * @param authenticating whether the bank waits for the person's consent
 * @param asksForEmail whether the person has yet to say who they are
 * @param total such as {@code USD 20.00}
 * @param cancelUrl where "cancel" leads
 * @param successUrl where a finished session leads
 */
public record CheckoutView(
        String id,
        String status,
        boolean saving,
        boolean authenticating,
        boolean asksForEmail,
        List<Line> lines,
        String total,
        Optional<String> email,
        Optional<String> cancelUrl,
        String successUrl) {
    /** One thing that is paid for. */
    public record Line(String name, long quantity, String amount) {}

    /** Whether the session can still be paid. */
    public boolean isOpen() {
        return status.equals("open");
    }
}
