package io.souk.gateway;

import io.souk.gateway.admission.Credit;
import io.souk.gateway.admission.Funding;
import io.souk.gateway.admission.HoldSize;
import io.souk.gateway.admission.Purse;
import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.TokenCounting;
import io.souk.kernel.FundingKind;
import io.souk.kernel.PriceList;
import io.souk.kernel.TenantId;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Puts aside what a call may cost. The input is taken to be as many tokens as it has bytes; only if that cannot be held
 * is the prompt tokenised, away from the event loop, and the hold tried anew with the smaller number.
 */
class Holding {
    private final Credit credit;
    private final TokenCounting counting;
    private final HoldSize.Slice slice;

    Holding(Credit credit, TokenCounting counting, HoldSize.Slice slice) {
        this.credit = credit;
        this.counting = counting;
        this.slice = slice;
    }

    /** What became of it. */
    sealed interface Outcome {
        /** @param nanos in sum, of money */
        record Held(List<Funding> funding, long nanos, HoldSize size) implements Outcome {}

        record Refused(Credit.Hold why) implements Outcome {}
    }

    /**
     * Holds the worst case of an answer in one piece, or the beginning of a stream.
     *
     * @param then runs on any thread
     */
    void hold(
            CallRequest request,
            TenantId tenant,
            Purse purse,
            PriceList prices,
            int outputCap,
            Executor loop,
            Consumer<Outcome> then) {
        try {
            HoldSize size = HoldSize.of(prices, request.choices(), outputCap, request.stream(), slice);
            long byBytes = size.nanos(Math.addExact(request.inputBytes(), HoldSize.TEMPLATE_TOKENS));
            if (!size.dependsOnInput()) {
                hold(tenant, purse, byBytes, size, then);
                return;
            }
            credit.holdWithoutPatience(tenant, purse, byBytes, outcome -> {
                switch (outcome) {
                    case Credit.Hold.Held held -> then.accept(new Outcome.Held(held.funding(), byBytes, size));
                    case Credit.Hold.Insufficient _ ->
                        counting.count(
                                request.promptTokens(),
                                loop,
                                tokens -> hold(
                                        tenant,
                                        purse,
                                        tokens.isPresent()
                                                ? Math.min(byBytes, size.nanos(generous(tokens.getAsLong())))
                                                : byBytes,
                                        size,
                                        then));
                    case Credit.Hold.Unavailable away -> then.accept(new Outcome.Refused(away));
                }
            });
        } catch (ArithmeticException beyondEveryBound) {
            then.accept(new Outcome.Refused(new Credit.Hold.Insufficient(
                    FundingKind.MONEY, purse.money().getLast())));
        }
    }

    /** A backend's tokenizer may make an eighth more of the same text than ours. */
    private static long generous(long tokens) {
        return tokens + tokens / 8 + HoldSize.TEMPLATE_TOKENS;
    }

    private void hold(TenantId tenant, Purse purse, long nanos, HoldSize size, Consumer<Outcome> then) {
        credit.hold(
                tenant,
                purse,
                nanos,
                outcome -> then.accept(
                        outcome instanceof Credit.Hold.Held held
                                ? new Outcome.Held(held.funding(), nanos, size)
                                : new Outcome.Refused(outcome)));
    }
}
