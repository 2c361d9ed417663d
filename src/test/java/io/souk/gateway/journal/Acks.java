package io.souk.gateway.journal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An ack to wait for. */
final class Acks implements Ack {
    private final CompletableFuture<Long> heard = new CompletableFuture<>();

    @Override
    public void written(long position) {
        heard.complete(position);
    }

    @Override
    public void failed(JournalRefused cause) {
        heard.completeExceptionally(cause);
    }

    /** Appends and waits: the position, or the refusal as an exception. */
    static long append(Journal journal, JournalRecord record) throws JournalRefused {
        Acks ack = new Acks();
        if (journal.append(record, ack) instanceof Outcome.Refused(Refusal refusal)) {
            throw new JournalRefused(refusal, null);
        }
        return ack.await();
    }

    long await() throws JournalRefused {
        try {
            return heard.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JournalRefused refused) {
                throw refused;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no acknowledgement within 10 s", e);
        }
    }
}
