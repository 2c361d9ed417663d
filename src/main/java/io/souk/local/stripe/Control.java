package io.souk.local.stripe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The switches by which tests make the local Stripe misbehave; no part of Stripe's API. */
public final class Control {
    private final Records records;
    private final Failures failures;
    private final WebhookSender sender;
    private final Clockwork clockwork;

    Control(Records records, Failures failures, WebhookSender sender, Clockwork clockwork) {
        this.records = records;
        this.failures = failures;
        this.sender = sender;
        this.clockwork = clockwork;
    }

    /** The next calls to the API answer with this status (4xx or 5xx) and do nothing. */
    public void failNext(int calls, int status) {
        failures.fail(calls, new Failures.Failure(status, Duration.ZERO, false));
    }

    /** The next calls are answered late, at most a minute. */
    public void delayNext(int calls, Duration by) {
        Duration bounded = by.compareTo(Duration.ofMinutes(1)) > 0 ? Duration.ofMinutes(1) : by;
        failures.fail(calls, new Failures.Failure(null, bounded, false));
    }

    /** The next calls do their work, then the connection is cut before the answer. */
    public void dropNext(int calls) {
        failures.fail(calls, new Failures.Failure(null, Duration.ZERO, true));
    }

    /** Forgets what was ordered to fail and has not failed yet. */
    public void recover() {
        failures.clear();
    }

    /** The next charge is declined, whatever its card; {@code reason} is Stripe's decline code, generic where unknown. */
    public void declineNext(@Nullable String reason) {
        failures.declineNext(List.of(
                        Decline.INSUFFICIENT_FUNDS,
                        Decline.EXPIRED,
                        Decline.WRONG_CVC,
                        Decline.PROCESSING,
                        Decline.AUTHENTICATION_REQUIRED)
                .stream()
                .filter(decline -> Optional.ofNullable(decline.reason()).equals(Optional.ofNullable(reason)))
                .findFirst()
                .orElse(Decline.GENERIC));
    }

    /** Keeps webhooks back until {@link #release}. */
    public void hold() {
        sender.hold(true, false);
    }

    /** Sends what was held, in order or with the newest first, and from now on in that order. */
    public void release(boolean newestFirst) {
        sender.hold(false, newestFirst);
    }

    /** Sends an event once more. */
    public void replay(String event) {
        sender.replay(event);
    }

    /** Sends each of the next webhooks twice. */
    public void duplicateNext(int webhooks) {
        sender.duplicateNext(webhooks);
    }

    /** Waits until every webhook that is not held was tried once; false if that took longer than {@code patience}. */
    public boolean settled(Duration patience) {
        return sender.settled(patience);
    }

    /** Moves the clock; see {@link LocalStripe#advance}. */
    public void advance(Duration by) {
        clockwork.advance(by);
    }

    /** Moves the clock to an instant; nothing happens when that is past. */
    public void advanceTo(Instant instant) {
        Duration by = Duration.between(records.time().instant(), instant);
        clockwork.advance(by.isNegative() ? Duration.ZERO : by);
    }

    /** All objects of a type as JSON, oldest first, at most 10,000, with what only the local Stripe knows. */
    public String dump(String type) {
        List<ObjectNode> all = records.store().all(type, Map.of());
        return Json.write(Json.list("/local/stripe/control/dump", all, false));
    }

    /** Forgets every object, event and switch; key and clock stay. */
    public void reset() {
        failures.clear();
        sender.hold(false, false);
        records.store().write(() -> {
            records.store().clear();
            return true;
        });
    }
}
