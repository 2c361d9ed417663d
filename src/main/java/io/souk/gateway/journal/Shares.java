package io.souk.gateway.journal;

import io.souk.kernel.FundingKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How a charge is divided among what was held for it. The gateway that frees the rest, the drain that settles and the
 * recovery after a crash all ask here, so that they agree.
 */
public final class Shares {
    private Shares() {}

    /**
     * What each part pays, in the parts' order: money counters one after the other, every cap the whole charge.
     *
     * @param chargeNanos at most what the money parts hold together
     */
    public static long[] of(List<Funding> held, long chargeNanos) {
        long[] shares = new long[held.size()];
        long money = chargeNanos;
        Map<UUID, Long> caps = Map.of();
        for (int i = 0; i < shares.length; i++) {
            Funding part = held.get(i);
            if (part.kind() == FundingKind.MONEY) {
                shares[i] = Math.min(part.heldNanos(), money);
                money -= shares[i];
            } else {
                caps = caps.isEmpty() ? new HashMap<>() : caps;
                long rest = caps.getOrDefault(part.counterId(), chargeNanos);
                shares[i] = Math.min(part.heldNanos(), rest);
                caps.put(part.counterId(), rest - shares[i]);
            }
        }
        return shares;
    }

    /** What the money parts hold together: the most that may be charged. */
    public static long money(List<Funding> held) {
        long sum = 0;
        for (Funding part : held) {
            if (part.kind() == FundingKind.MONEY) {
                sum = Math.addExact(sum, part.heldNanos());
            }
        }
        return sum;
    }
}
