package io.souk.gateway;

import io.souk.gateway.relay.CallRequest;
import io.souk.gateway.relay.Calls;
import io.souk.gateway.relay.Models;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Refusal;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between the listener, which stays, and the data plane, which may begin anew: while there is none, calls are refused. */
class Switchboard implements Calls, Models {
    private volatile @Nullable Line line;

    private record Line(CallDesk desk, BooleanSupplier works) {}

    /** @param works whether calls can be put on record at the moment; asked now and then, from any thread */
    void connect(CallDesk desk, BooleanSupplier works) {
        line = new Line(desk, works);
    }

    void disconnect() {
        line = null;
    }

    @Override
    public void open(CallRequest request, Executor loop, Consumer<Opened> then) {
        Line to = line;
        if (to == null) {
            then.accept(new Opened.Refused(Refusal.UNAVAILABLE));
        } else {
            to.desk.open(request, loop, then);
        }
    }

    @Override
    public void list(@Nullable String apiKey, Executor loop, Consumer<ModelList> then) {
        Line to = line;
        if (to == null) {
            then.accept(new ModelList.Refused(Refusal.UNAVAILABLE));
        } else {
            to.desk.list(apiKey, loop, then);
        }
    }

    @Override
    public boolean isReady() {
        Line to = line;
        return to != null && to.works.getAsBoolean();
    }
}
