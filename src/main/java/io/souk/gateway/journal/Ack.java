package io.souk.gateway.journal;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Hears what became of one appended record: exactly one of the two methods, exactly once, on the journal's writer thread.
 * An implementation only hops to its own context; whatever it does here delays every call.
 */
public interface Ack {
    /** For records nobody waits for. */
    Ack NONE = new Ack() {
        @Override
        public void written(long position) {}

        @Override
        public void failed(JournalRefused cause) {}
    };

    /**
     * The record survives the death of this process, and with {@code fsync=always} that of the host.
     *
     * @param position where the record begins in the journal
     */
    void written(long position);

    /** The record was not taken; for an OPEN nothing is reserved. */
    void failed(JournalRefused cause);

    /** Where and with what it goes on after {@link #written} or {@link #failed}; null if it does not. */
    default @Nullable Onward onward() {
        return null;
    }

    /**
     * What an acknowledgement is waited for with. What goes on in the same place is handed over together, once for each
     * write: an event loop is woken once for all calls of it that were in one.
     */
    interface Onward extends Runnable {
        Executor executor();
    }
}
