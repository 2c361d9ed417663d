package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was read of an answer, on its way to the caller: passed on as far as it is held for, noted down when the socket
 * has it, and read no faster than the caller takes it. What arrives at once is passed on at once, in one write.
 */
final class Delivery {
    /** What came at once and is more than this goes on before the rest of it is read. */
    private static final int AT_ONCE = 16 * 1024;

    private static final int AN_EVENT = 256;
    private static final int AN_ANSWER = 1024;

    private final Relay.Loop loop;
    private final Conversation conversation;
    private final Caller caller;
    private final Flow flow;
    private final BooleanSupplier open;
    private final Bytes read;

    private @Nullable CallHandle call;
    private @Nullable Answer answer;
    private @Nullable Checkpoints checkpoints;
    private @Nullable Allowance allowance;
    private @Nullable Upstream from;

    /** @param open whether the call has not been closed */
    Delivery(Relay.Loop loop, Conversation conversation, Caller caller, BooleanSupplier open) {
        this.loop = loop;
        this.conversation = conversation;
        this.caller = caller;
        this.flow = new Flow(caller);
        this.open = open;
        this.read = new Bytes(conversation.stream() ? AN_EVENT : AN_ANSWER);
    }

    /** Another try begins. */
    void expect(Upstream next) {
        from = next;
        answer = null;
        allowance = null;
        read.clear();
    }

    /** A good answer begins. @param credit hears of the hold that grows with a stream */
    void begin(CallHandle admitted, Answer reading, Consumer<Allowance.News> credit) {
        call = admitted;
        answer = reading;
        checkpoints = new Checkpoints(loop, conversation, reading);
        if (conversation.stream() && admitted.coveredTokens() < Long.MAX_VALUE) {
            long most = (long) admitted.outputCap() * conversation.choices();
            allowance = new Allowance(loop, admitted, reading.text(), most, credit);
        }
    }

    /** Where an answer appends what was read of it; emptied by {@link #pass}. */
    Bytes read() {
        return read;
    }

    boolean hasRead() {
        return !read.isEmpty();
    }

    boolean isMuch() {
        return read.length() > AT_ONCE;
    }

    /** Whether anything that was read must not be passed on yet. */
    boolean withholds() {
        return allowance != null && allowance.withholds();
    }

    /**
     * Passes on what was read and is held for, notes down what the socket took, and stops reading while the caller is
     * slow or more has to be held.
     */
    void pass() {
        Allowance limit = allowance;
        Answer reading = answer;
        if (limit != null) {
            write(limit.pass(read));
            limit.look();
        } else {
            if (reading != null) {
                reading.text().delivered(reading.text().place());
            }
            write(read);
        }
        pauseOrResume();
    }

    private void write(Bytes bytes) {
        Future<Void> written = caller.relay(bytes);
        if (written != null && call != null && checkpoints != null) {
            checkpoints.note(written, call, caller.relayed(), open);
        }
    }

    private void pauseOrResume() {
        flow.settle(from, withholds(), this::pauseOrResume);
    }

    /** Whether the caller has taken nothing for so long. @param now {@link System#nanoTime()} */
    boolean isStalled(long now, Duration limit) {
        return flow.isStalled(now, limit);
    }

    void tick(long now) {
        if (allowance != null) {
            allowance.tick(now);
        }
    }
}
