package io.souk.billing;

import io.souk.kernel.FundingKind;
import io.souk.usage.CallRecord;
import java.util.List;
import java.util.UUID;

/**
 * A call as a journal closed it, with the counters that pay for it and the budgets that it counts against.
 *
 * @param shares what each counter takes; those of money together {@link CallRecord#chargeNanos}
 */
public record FinishedCall(CallRecord call, List<Share> shares) {
    public FinishedCall {
        long paid = 0;
        for (Share share : shares) {
            if (share.kind() == FundingKind.MONEY) {
                paid = Math.addExact(paid, share.nanos());
            }
        }
        if (paid != call.chargeNanos()) {
            throw new IllegalArgumentException("call " + call.callId() + " is charged " + call.chargeNanos()
                    + " nano-units, but its counters pay " + paid);
        }
    }

    /** @param nanos at least zero */
    public record Share(UUID counterId, FundingKind kind, long nanos) {}
}
