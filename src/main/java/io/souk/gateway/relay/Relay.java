package io.souk.gateway.relay;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TokenCounts;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call between its caller and a backend. Everything happens on the call's event loop; whatever takes longer comes
 * back to it by the loop's executor.
 *
 * <p>The order that nothing may change: OPEN is on record before the first byte goes up; CLOSE is on record before the
 * terminal piece (a stream's last event, a plain answer's last piece) goes down. A plain answer is relayed one piece
 * behind, so that there always is a last piece to keep back; until the first went down, a failure can still become
 * another try or a proper status.
 */
public final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int HUNG_UP = 499;
    /** How long a step of ours may take, as a record that the disk does not take, before the caller is told so. */
    private static final long OUR_OWN_STEPS = TimeUnit.SECONDS.toNanos(10);

    private static final long REST_OF_UPSTREAM = TimeUnit.SECONDS.toNanos(5);

    private enum Phase {
        OPENING,
        TRYING,
        CLOSING,
        ENDED
    }

    /** What a relay needs of its event loop. */
    public record Loop(Executor executor, Backends backends, TokenCounting counting, InstantSource clock) {}

    private final Loop loop;
    private final Conversation conversation;
    private final Caller caller;
    private final Delivery delivery;
    private final String requestId;
    private final Trace trace;
    private final long receivedAt;
    private final Runnable ended;
    private final Runnable atRest = () -> guarded(this::passOn);

    private Phase phase = Phase.OPENING;
    private long phaseSince = System.nanoTime();
    private @Nullable CallHandle call;
    private boolean closed;
    private boolean triedStale;
    private @Nullable Upstream upstream;
    private @Nullable Answer answer;
    private boolean completes;
    private int firstByteMillis = -1;

    /**
     * @param receivedAt {@link System#nanoTime()} when the request's head arrived
     * @param ended runs once, when nothing of the call is left
     */
    public Relay(
            Loop loop,
            Conversation conversation,
            HttpServerResponse response,
            String requestId,
            Trace trace,
            long receivedAt,
            Runnable ended) {
        this.loop = loop;
        this.conversation = conversation;
        this.caller = new Caller(response, conversation);
        this.delivery = new Delivery(loop, conversation, caller, () -> !closed);
        this.requestId = requestId;
        this.trace = trace;
        this.receivedAt = receivedAt;
        this.ended = ended;
    }

    /** Begins. */
    public void open(Calls calls, CallRequest request) {
        guarded(() -> calls.open(request, loop.executor(), opened -> guarded(() -> opened(opened))));
    }

    private void opened(Opened opened) {
        if (phase != Phase.OPENING) {
            if (opened instanceof Opened.Admitted(CallHandle late)) {
                late.close(end(TokenCounts.NONE, CallReason.CANCELLED, CountSource.NONE, HUNG_UP), _ -> {});
            }
            return;
        }
        switch (opened) {
            case Opened.Refused refused -> {
                caller.tell(refused.standing());
                caller.fail(conversation.refusal(refused));
                over();
            }
            case Opened.Admitted(CallHandle admitted) -> {
                call = admitted;
                caller.name(admitted);
                Route first = admitted.nextRoute();
                if (first == null) {
                    refuse(conversation.refusal(admitted.noRoute()));
                } else {
                    attempt(admitted, first);
                }
            }
        }
    }

    private void next(CallHandle admitted, Failure last) {
        Route next = admitted.nextRoute();
        triedStale = false;
        if (next == null) {
            refuse(last);
        } else {
            attempt(admitted, next);
        }
    }

    private void attempt(CallHandle admitted, Route route) {
        phase(Phase.TRYING);
        Upstream attempt = new Upstream(route, conversation, new Hearing());
        upstream = attempt;
        answer = null;
        completes = false;
        delivery.expect(attempt);
        caller.expect(route);
        admitted.attempt(
                route,
                () -> guarded(() -> {
                    if (!attempt.isOver()) {
                        attempt.start(
                                loop.backends(), conversation.upload(route, admitted.outputCap()), requestId, trace);
                    }
                }));
    }

    /** What the present try tells. An earlier one was given up and is silent. */
    private final class Hearing implements Upstream.Listener {
        @Override
        public void begins() {
            guarded(Relay.this::answerBegins);
        }

        @Override
        public void piece(byte[] bytes, int from, int to) {
            guarded(() -> read(reading -> reading.take(bytes, from, to, delivery.read())));
        }

        @Override
        public void ended() {
            guarded(() -> read(reading -> {
                reading.finish(delivery.read());
                complete(reading);
            }));
        }

        @Override
        public void answeredError(int status, HttpClientResponse head, byte[] body) {
            guarded(() -> {
                @Nullable Duration retryAfter = Faults.asked(head, loop.clock().instant());
                Upstream from = upstream;
                if (from != null) {
                    LOG.debug("{} answered {}", from.route(), status);
                    Failure failure = conversation.upstreamFailure(from.route(), status, body);
                    tell(Faults.told(status, retryAfter, failure));
                    boolean waits = failure.status() == 429 || failure.status() == 503;
                    Relay.this.failed(
                            waits ? failure.after(Faults.retryAfter(retryAfter, failure.retryAfter())) : failure);
                }
            });
        }

        @Override
        public void failed(Failure failure) {
            guarded(() -> {
                tellBroken(failure);
                Relay.this.failed(failure);
            });
        }
    }

    private void answerBegins() {
        Upstream from = upstream;
        if (from != null) {
            firstByteMillis = millisSinceReceived();
            tell(new Tried.Answered());
            Answer reading = conversation.answer(from.route());
            answer = reading;
            CallHandle admitted = call;
            if (admitted != null) {
                delivery.begin(admitted, reading, news -> guarded(() -> credit(news)));
            }
        }
    }

    private void read(Consumer<Answer> step) {
        Answer reading = answer;
        if (reading == null || phase != Phase.TRYING) {
            return;
        }
        try {
            step.accept(reading);
        } catch (BadAnswer bad) {
            if (conversation.stream()) {
                delivery.pass();
            }
            giveUpUpstream();
            tellBroken(bad.failure());
            failed(bad.failure());
            return;
        }
        if (phase != Phase.TRYING) {
            return;
        }
        if (reading.isComplete()) {
            complete(reading);
        } else if (delivery.isMuch()) {
            delivery.pass();
        } else if (delivery.hasRead()) {
            LoopTasks.atRest(loop.executor(), atRest);
        }
    }

    /** What arrived at once goes on together. */
    private void passOn() {
        if (phase == Phase.TRYING && delivery.hasRead()) {
            delivery.pass();
        }
    }

    /** What becomes of the hold while the answer comes. */
    private void credit(Allowance.News news) {
        Answer reading = answer;
        if (phase != Phase.TRYING || reading == null) {
            return;
        }
        switch (news) {
            case GO_ON -> {
                delivery.pass();
                if (completes) {
                    complete(reading);
                }
            }
            case CREDIT_GONE ->
                stopEarly(CallReason.CREDIT_EXHAUSTED, settled -> {
                    Bytes last = emptied();
                    reading.stop(settled.usage(), last);
                    caller.end(last);
                });
            case CREDIT_UNKNOWN -> stopEarly(CallReason.INTERRUPTED, settled -> caller.fail(unavailable()));
        }
    }

    /** Ends a stream that has no more credit; what was read and not passed on is not charged. */
    private void stopEarly(CallReason reason, Consumer<Settling.Settled> terminal) {
        giveUpUpstream();
        phase(Phase.CLOSING);
        concludeSettled(true, reason, 200, terminal);
    }

    /** For what comes last; what was read before it and not passed on is dropped. */
    private Bytes emptied() {
        delivery.read().clear();
        return delivery.read();
    }

    /** The answer is whole: what it used is found out and recorded, then the caller has its end. */
    private void complete(Answer reading) {
        if (phase != Phase.TRYING) {
            return;
        }
        delivery.pass();
        if (delivery.withholds()) {
            completes = true;
            return;
        }
        phase(Phase.CLOSING);
        leave();
        settle(false, settled -> {
            Bytes beforeEnd = emptied();
            reading.beforeEnd(settled.usage(), beforeEnd);
            caller.relay(beforeEnd);
            conclude(settled.counts(), CallReason.COMPLETED, settled.source(), 200, () -> {
                Bytes end = emptied();
                reading.end(end);
                caller.end(end);
            });
        });
    }

    /** The try failed: another one if the caller has nothing yet, else the end of a broken answer. */
    private void failed(Failure failure) {
        CallHandle admitted = call;
        if (phase != Phase.TRYING || admitted == null) {
            return;
        }
        if (conversation.stream()) {
            passOn();
        }
        Upstream from = upstream;
        if (!caller.hasBegun() && from != null && from.wasStale() && !triedStale) {
            triedStale = true;
            attempt(admitted, from.route());
        } else if (!caller.hasBegun() && failure.elsewhere()) {
            next(admitted, failure);
        } else if (!caller.hasBegun()) {
            refuse(failure);
        } else {
            phase(Phase.CLOSING);
            concludeSettled(true, CallReason.UPSTREAM_BROKEN, 200, _ -> caller.fail(failure));
        }
    }

    private void tell(Tried tried) {
        CallHandle admitted = call;
        if (admitted != null && phase == Phase.TRYING) {
            admitted.noteTry(tried);
        }
    }

    /** A kept connection that turned out to be closed says nothing of the backend, nor does our own queue. */
    private void tellBroken(Failure failure) {
        Upstream from = upstream;
        boolean ours = "server_is_overloaded".equals(failure.code()) || from == null || from.wasStale() && !triedStale;
        if (!ours) {
            tell(new Tried.Broke(failure.code() == null ? "answered " + failure.status() : failure.code()));
        }
    }

    /** The present try needs its place no longer. */
    private void leave() {
        CallHandle admitted = call;
        if (admitted != null) {
            admitted.leaveTry(new Tried.Abandoned());
        }
    }

    private void refuse(Failure failure) {
        conclude(
                TokenCounts.NONE,
                CallReason.UPSTREAM_ERROR,
                CountSource.NONE,
                failure.status(),
                () -> caller.fail(failure));
    }

    private void concludeSettled(
            boolean delivered, CallReason reason, int status, Consumer<Settling.Settled> terminal) {
        settle(
                delivered,
                settled ->
                        conclude(settled.counts(), reason, settled.source(), status, () -> terminal.accept(settled)));
    }

    /** @param delivered whether what was read and not passed on is left out */
    private void settle(boolean delivered, Consumer<Settling.Settled> then) {
        CallHandle admitted = call;
        Upstream from = upstream;
        int cap = admitted == null ? 0 : admitted.outputCap();
        long bytes = from == null ? 0 : from.bytes();
        Settling.settle(loop, conversation, answer, delivered, cap, bytes, settled -> {
            if (phase == Phase.CLOSING && !closed) {
                guarded(() -> then.accept(settled));
            }
        });
    }

    /** The caller hung up: the backend is told at once, by closing its connection. */
    public void callerGone() {
        caller.leave();
        giveUp(CallReason.CANCELLED);
    }

    /** The gateway stops, and this call has had its time. */
    public void abort() {
        if (phase == Phase.OPENING) {
            caller.fail(unavailable());
        }
        giveUp(CallReason.INTERRUPTED);
    }

    private void giveUp(CallReason reason) {
        if (phase == Phase.OPENING) {
            over();
        }
        if (phase != Phase.TRYING) {
            return;
        }
        Upstream from = upstream;
        giveUpUpstream();
        leave();
        phase(Phase.CLOSING);
        int status = caller.hasBegun() ? 200 : HUNG_UP;
        if (from == null || !from.wasSent()) {
            conclude(TokenCounts.NONE, reason, CountSource.NONE, status, caller::cut);
        } else {
            concludeSettled(false, reason, status, _ -> caller.cut());
        }
    }

    private void giveUpUpstream() {
        if (upstream != null) {
            upstream.giveUp();
        }
    }

    /** Writes the call's end down, and only then lets {@code terminal} reach the caller. */
    private void conclude(TokenCounts counts, CallReason reason, CountSource source, int status, Runnable terminal) {
        CallHandle admitted = call;
        if (closed || admitted == null) {
            return;
        }
        leave();
        phase(Phase.CLOSING);
        admitted.close(end(counts, reason, source, status), recorded -> {
            if (phase != Phase.CLOSING) {
                return;
            }
            if (recorded) {
                terminal.run();
            } else if (caller.hasBegun()) {
                caller.cut();
            } else {
                caller.fail(unavailable());
            }
            over();
        });
        // a mistake before this leaves the call to end as one of ours
        closed = true;
    }

    private Failure unavailable() {
        return conversation.refusal(new Opened.Refused(Refusal.UNAVAILABLE));
    }

    private CallEnd end(TokenCounts counts, CallReason reason, CountSource source, int status) {
        Upstream last = upstream;
        return new CallEnd(
                counts,
                reason,
                source,
                status,
                firstByteMillis,
                millisSinceReceived(),
                last == null ? null : last.route().backendId(),
                caller.relayed());
    }

    private void over() {
        if (phase != Phase.ENDED) {
            phase(Phase.ENDED);
            Upstream from = upstream;
            if (from == null || from.isOver()) {
                ended.run();
            }
        }
    }

    private void phase(Phase next) {
        phase = next;
        phaseSince = System.nanoTime();
    }

    private int millisSinceReceived() {
        return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - receivedAt);
    }

    /** Our own mistakes cost the caller nothing. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException mistake) {
            LOG.error("The call of request {} ended by a mistake of ours", requestId, mistake);
            giveUpUpstream();
            if (call == null) {
                caller.fail(Faults.ourMistake());
                over();
            }
            conclude(
                    TokenCounts.NONE,
                    CallReason.INTERNAL_ERROR,
                    CountSource.NONE,
                    500,
                    () -> caller.fail(Faults.ourMistake()));
        }
    }

    /** Looks at the deadlines; called a few times a second. @param now {@link System#nanoTime()} */
    public void tick(long now) {
        Upstream from = upstream;
        boolean late = now - phaseSince > OUR_OWN_STEPS;
        switch (phase) {
            case OPENING -> {
                if (late) {
                    caller.fail(unavailable());
                    over();
                }
            }
            case TRYING -> {
                if (from == null || !from.wasSent()) {
                    if (late) {
                        giveUpUpstream();
                        // the caller has nothing of an answer, so it need not wait for the end to be on record
                        caller.fail(unavailable());
                        refuse(unavailable());
                    }
                } else if (delivery.isStalled(now, from.route().deadlines().idle())) {
                    caller.cut();
                    callerGone();
                } else {
                    from.tick(now);
                }
                if (phase == Phase.TRYING) {
                    delivery.tick(now);
                }
            }
            case CLOSING -> {
                if (late) {
                    conclude(TokenCounts.NONE, CallReason.INTERNAL_ERROR, CountSource.NONE, 500, caller::cut);
                    caller.fail(unavailable());
                    over();
                }
            }
            case ENDED -> {
                if (from != null && (from.isOver() || now - phaseSince > REST_OF_UPSTREAM)) {
                    from.giveUp();
                    ended.run();
                }
            }
        }
    }
}
