package io.souk.gateway;

import io.souk.gateway.limits.Ticket;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.CallHandle;
import io.souk.gateway.relay.Extension;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.RateStanding;
import io.souk.gateway.relay.Route;
import io.souk.gateway.routing.Tried;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An admitted call that counts against limits until its end, however it ends. */
class LimitedCall implements CallHandle {
    private final CallHandle call;
    private final Ticket ticket;

    LimitedCall(CallHandle call, Ticket ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    @Override
    public UUID callId() {
        return call.callId();
    }

    @Override
    public RateStanding standing() {
        return ticket.standing();
    }

    @Override
    public int outputCap() {
        return call.outputCap();
    }

    @Override
    public long coveredTokens() {
        return call.coveredTokens();
    }

    @Override
    public long sliceTokens() {
        return call.sliceTokens();
    }

    @Override
    public void extend(long tokens, Consumer<Extension> then) {
        call.extend(tokens, then);
    }

    @Override
    public @Nullable Route nextRoute() {
        return call.nextRoute();
    }

    @Override
    public Opened.Refused noRoute() {
        return call.noRoute().with(standing());
    }

    @Override
    public void noteTry(Tried tried) {
        call.noteTry(tried);
    }

    @Override
    public void leaveTry(Tried untold) {
        call.leaveTry(untold);
    }

    @Override
    public void attempt(Route route, Runnable acknowledged) {
        call.attempt(route, acknowledged);
    }

    @Override
    public void checkpoint(TokenCounts cumulative, long bytesRelayed) {
        call.checkpoint(cumulative, bytesRelayed);
    }

    @Override
    public void close(CallEnd end, Consumer<Boolean> acknowledged) {
        ticket.close(tokens(end.counts()));
        call.close(end, acknowledged);
    }

    private static long tokens(TokenCounts counts) {
        long sum = 0;
        for (TokenClass tokenClass : TokenClass.values()) {
            switch (tokenClass) {
                case INPUT, CACHE_READ, CACHE_WRITE_5M, CACHE_WRITE_1H, OUTPUT, REASONING, AUDIO, IMAGE ->
                    sum += counts.get(tokenClass);
                case REQUEST, SECOND -> {
                    // no tokens
                }
            }
        }
        return sum;
    }
}
