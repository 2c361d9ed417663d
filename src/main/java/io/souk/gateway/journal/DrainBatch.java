package io.souk.gateway.journal;

import java.util.List;

/**
 * Calls that have ended, in the journal's order, to be settled in one transaction that also moves the watermark.
 *
 * @param from the watermark before: the transaction must find this one in the database
 * @param to the watermark after
 */
public record DrainBatch(List<FinishedCall> calls, long from, long to) {
    public DrainBatch {
        calls = List.copyOf(calls);
    }
}
