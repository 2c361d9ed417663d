package io.souk.gateway;

import io.souk.gateway.journal.Ack;
import io.souk.gateway.journal.Journal;
import io.souk.gateway.journal.JournalRecord;
import io.souk.gateway.journal.Outcome;
import io.souk.gateway.relay.LoopTasks;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Puts calls on record. The writer is woken once for everything that an event loop has to write in one round. */
class Recorder {
    private final Journal journal;
    private final Runnable wake;

    Recorder(Journal journal) {
        this.journal = journal;
        this.wake = journal::wake;
    }

    Outcome append(JournalRecord record, Ack ack, Executor loop) {
        Outcome outcome = journal.enqueue(record, ack);
        LoopTasks.atRest(loop, wake);
        return outcome;
    }

    Outcome append(JournalRecord.Open open, JournalRecord.@Nullable Attempt first, Ack ack, Executor loop) {
        Outcome outcome = journal.enqueue(open, first, ack);
        LoopTasks.atRest(loop, wake);
        return outcome;
    }
}
