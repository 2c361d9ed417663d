package io.souk.gateway.http;

import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.CallHandle;
import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.Calls;
import io.souk.gateway.relay.Extension;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Refusal;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.Ids;
import io.souk.kernel.TokenCounts;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Admits what it is told to admit and remembers what it was told. */
final class FakeCalls implements Calls, Models {
    static final String KEY = "sk-souk-test";

    final Queue<CallRequest> opened = new ConcurrentLinkedQueue<>();
    final Queue<CallEnd> ends = new ConcurrentLinkedQueue<>();
    final Queue<Route> attempts = new ConcurrentLinkedQueue<>();
    final Queue<TokenCounts> checkpoints = new ConcurrentLinkedQueue<>();
    final Queue<Tried> told = new ConcurrentLinkedQueue<>();
    final AtomicInteger left = new AtomicInteger();
    final Queue<Runnable> heldAcknowledgements = new ConcurrentLinkedQueue<>();
    final AtomicInteger closedTwice = new AtomicInteger();
    volatile List<Route> routes = List.of();
    volatile @Nullable Refusal refusal;
    volatile int outputCap = 100;
    volatile boolean holdsAcknowledgements;
    volatile boolean records = true;
    final Queue<Long> extended = new ConcurrentLinkedQueue<>();
    volatile long covered = Long.MAX_VALUE;
    volatile long slice = 1_024;
    /** Says what becomes of a wish for more; the answer may come at any time. */
    volatile BiConsumer<Long, Consumer<Extension>> extension = (tokens, then) -> then.accept(Extension.GRANTED);

    volatile boolean mistaken;
    /** A try is never on record. */
    volatile boolean hangs;

    @Override
    public void open(CallRequest request, Executor loop, Consumer<Opened> then) {
        opened.add(request);
        Refusal refused = KEY.equals(request.apiKey()) ? refusal : Refusal.UNKNOWN_KEY;
        loop.execute(() ->
                then.accept(refused != null ? new Opened.Refused(refused) : new Opened.Admitted(new Handle(loop))));
    }

    @Override
    public void list(@Nullable String apiKey, Executor loop, Consumer<ModelList> then) {
        ModelList listed = KEY.equals(apiKey)
                ? new ModelList.Listed(List.of(
                        new Model("house/mini", Instant.ofEpochSecond(1_700_000_000), "souk"),
                        new Model("demo", Instant.ofEpochSecond(1_700_000_001), "souk")))
                : new ModelList.Refused(apiKey == null ? Refusal.MISSING_KEY : Refusal.UNKNOWN_KEY);
        loop.execute(() -> then.accept(listed));
    }

    /** Lets the ends that were held be acknowledged. */
    void acknowledge() {
        for (Runnable held = heldAcknowledgements.poll(); held != null; held = heldAcknowledgements.poll()) {
            held.run();
        }
    }

    private final class Handle implements CallHandle {
        private final UUID id = Ids.next();
        private final Executor loop;
        private @Nullable Iterator<Route> course;
        private boolean closed;
        private long more;

        Handle(Executor loop) {
            this.loop = loop;
        }

        @Override
        public UUID callId() {
            return id;
        }

        @Override
        public int outputCap() {
            return outputCap;
        }

        @Override
        public long coveredTokens() {
            return covered == Long.MAX_VALUE ? covered : covered + more;
        }

        @Override
        public long sliceTokens() {
            return slice;
        }

        @Override
        public void extend(long tokens, Consumer<Extension> then) {
            extended.add(tokens);
            extension.accept(
                    tokens,
                    outcome -> loop.execute(() -> {
                        more += outcome == Extension.GRANTED ? tokens : 0;
                        then.accept(outcome);
                    }));
        }

        @Override
        public @Nullable Route nextRoute() {
            Iterator<Route> left = course == null ? course = routes.iterator() : course;
            return left.hasNext() ? left.next() : null;
        }

        @Override
        public Opened.Refused noRoute() {
            return new Opened.Refused(Refusal.NO_BACKEND);
        }

        @Override
        public void noteTry(Tried tried) {
            told.add(tried);
        }

        @Override
        public void leaveTry(Tried untold) {
            left.incrementAndGet();
        }

        @Override
        public void attempt(Route route, Runnable acknowledged) {
            if (mistaken) {
                throw new IllegalStateException("a mistake that a test asked for");
            }
            attempts.add(route);
            if (!hangs) {
                loop.execute(acknowledged);
            }
        }

        @Override
        public void checkpoint(TokenCounts cumulative, long bytesRelayed) {
            checkpoints.add(cumulative);
        }

        @Override
        public void close(CallEnd end, Consumer<Boolean> acknowledged) {
            ends.add(end);
            closedTwice.addAndGet(closed ? 1 : 0);
            closed = true;
            Runnable acknowledge = () -> loop.execute(() -> acknowledged.accept(records));
            if (holdsAcknowledgements) {
                heldAcknowledgements.add(acknowledge);
            } else {
                acknowledge.run();
            }
        }
    }
}
