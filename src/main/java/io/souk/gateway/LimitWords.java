package io.souk.gateway;

import io.souk.gateway.limits.Measure;
import io.souk.gateway.limits.Taking;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Refusal;
import io.souk.gateway.snapshot.Snapshot;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;

/** Says which limit or budget of what a call has met, and when it is over. */
final class LimitWords {
    private static final DateTimeFormatter RESET = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu 'at' HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private LimitWords() {}

    static Opened.Refused refusal(Taking.Refused refused) {
        return new Opened.Refused(
                refused.measure() == Measure.TOKENS ? Refusal.TOO_MANY_TOKENS : Refusal.TOO_MANY_REQUESTS,
                refused.retryAfter(),
                detail(refused),
                refused.standing());
    }

    private static String detail(Taking.Refused refused) {
        String whose = whose(refused.limit().scope());
        String wait = " Try again in " + seconds(refused) + ".";
        return switch (refused.measure()) {
            case REQUESTS ->
                "The limit of " + number(refused.limit().requestsPerMinute()) + " requests per minute of " + whose
                        + " is reached." + wait;
            case CALLS_AT_ONCE ->
                "The limit of " + number(refused.limit().concurrentCalls()) + " calls at once of " + whose
                        + " is reached. Try again when one of them has ended.";
            case TOKENS -> {
                String limit = number(refused.limit().tokensPerMinute()) + " tokens per minute of " + whose;
                yield refused.retryAfter().isZero()
                        ? "This call may use " + number(refused.asked()) + " tokens, more than the limit of " + limit
                                + " ever allows. Ask for fewer output tokens or send less at once."
                        : "The limit of " + limit + " is reached: " + number(refused.left())
                                + " are left, and this call may use " + number(refused.asked()) + "." + wait;
            }
        };
    }

    private static String seconds(Taking.Refused refused) {
        long seconds = Math.max(1, Math.ceilDiv(refused.retryAfter().toMillis(), 1_000L));
        return seconds + (seconds == 1 ? " second" : " seconds");
    }

    static Opened.Refused refusal(Snapshot.Budget budget, Instant now) {
        Snapshot.Window window = budget.windowAt(now);
        Instant end = window == null ? null : window.end();
        String period = switch (budget.period()) {
            case DAY -> "daily";
            case MONTH -> "monthly";
            case TOTAL -> "total";
        };
        String reset = end == null ? "It does not start anew." : "It starts anew on " + RESET.format(end) + ".";
        Opened.Refused plain = new Opened.Refused(Refusal.BUDGET_EXHAUSTED);
        return new Opened.Refused(
                plain.refusal(),
                plain.retryAfter(),
                "What is left of the " + period + " budget of " + money(budget.amountNanos(), budget.currency())
                        + " of " + whose(budget.scope()) + " does not cover the most that this call can cost. " + reset
                        + " Raise the budget, or ask for fewer output tokens.",
                plain.standing());
    }

    private static String whose(Snapshot.Scope scope) {
        return switch (scope) {
            case KEY -> "this API key";
            case PROJECT -> "the key's project";
            case ORGANISATION -> "your organisation";
            case MODEL -> "your organisation with this model";
        };
    }

    private static String number(long value) {
        return String.format(Locale.ENGLISH, "%,d", value);
    }

    private static String money(long nanos, String currency) {
        BigDecimal amount = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
        int decimals = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return amount.setScale(Math.max(amount.scale(), decimals)).toPlainString() + " " + currency;
    }
}
