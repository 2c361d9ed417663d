package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Extend;
import io.souk.gateway.journal.JournalRecord.Open;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that has not ended, as far as the journal knows.
 *
 * @param checkpoint the last one, null when the caller has received nothing that was noted
 */
public record OpenCall(
        Open open,
        List<Attempt> attempts,
        List<Extend> extensions,
        @Nullable Checkpoint checkpoint) {
    public OpenCall {
        attempts = List.copyOf(attempts);
        extensions = List.copyOf(extensions);
    }
}
