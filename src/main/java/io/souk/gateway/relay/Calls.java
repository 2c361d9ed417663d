package io.souk.gateway.relay;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Admits calls: key, subscription, price, hold, journal. */
public interface Calls {
    /**
     * Decides on a call whose request has fully arrived. Never blocks the caller's thread.
     *
     * @param loop the call's own thread; {@code then} runs there
     * @param then is given exactly one outcome, within a bounded time. {@link Opened.Admitted} means that OPEN is
     *     acknowledged: bytes may go upstream
     */
    void open(CallRequest request, Executor loop, Consumer<Opened> then);

    /** Whether calls can be taken at the moment, for whoever shares them out among gateways; from any thread. */
    default boolean isReady() {
        return true;
    }
}
