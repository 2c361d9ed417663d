package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.gateway.journal.JournalRecord.Extend;
import io.souk.gateway.journal.JournalRecord.Open;
import java.util.List;

/** A call from its admission to its end. */
public record FinishedCall(Open open, List<Attempt> attempts, List<Extend> extensions, Close close) {
    public FinishedCall {
        attempts = List.copyOf(attempts);
        extensions = List.copyOf(extensions);
    }
}
