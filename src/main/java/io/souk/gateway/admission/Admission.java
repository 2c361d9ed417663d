package io.souk.gateway.admission;

import io.souk.gateway.admission.Decision.Admissible;
import io.souk.gateway.admission.Decision.KeyNotKnown;
import io.souk.gateway.admission.Decision.Reason;
import io.souk.gateway.admission.Decision.Refused;
import io.souk.gateway.snapshot.Snapshot;
import java.time.Instant;
import java.util.UUID;

/** Decides from one snapshot who is calling, what, at which price, and how much to hold. Never waits, never throws. */
public final class Admission {
    private final int defaultOutputCap;

    /** @param defaultOutputCap output tokens per answer where neither the caller nor the model says */
    public Admission(int defaultOutputCap) {
        this.defaultOutputCap = defaultOutputCap;
    }

    public Decision decide(Snapshot snapshot, Ask ask, Instant now) {
        Snapshot.Key key = snapshot.key(ask.keyHash());
        if (key == null) {
            return new KeyNotKnown();
        }
        if (key.revoked()) {
            return new Refused(Reason.KEY_REVOKED);
        }
        if (key.expiresAt() != null && !key.expiresAt().isAfter(now)) {
            return new Refused(Reason.KEY_EXPIRED);
        }
        Snapshot.Offer offer = snapshot.offer(ask.model());
        if (offer == null) {
            return new Refused(Reason.MODEL_UNKNOWN);
        }
        if (!offer.live()) {
            return new Refused(Reason.MODEL_WITHDRAWN);
        }
        if (offer.task() != ask.task()) {
            return new Refused(Reason.MODEL_OF_OTHER_TASK);
        }
        UUID subscription = snapshot.subscription(key.tenant(), offer.id());
        if (subscription == null) {
            return new Refused(Reason.NOT_SUBSCRIBED);
        }
        Snapshot.Price price = offer.priceAt(now);
        if (price == null) {
            return new Refused(Reason.NO_PRICE);
        }
        Snapshot.Funding funding = snapshot.funding(key.tenant());
        if (funding == null || !funding.currency().equals(price.list().currency())) {
            return new Refused(Reason.NO_FUNDS);
        }
        if (offer.backends().stream().noneMatch(Snapshot.Backend::up)) {
            return new Refused(Reason.NO_BACKEND_UP);
        }
        return hold(ask, key, offer, subscription, price, funding);
    }

    private Decision hold(
            Ask ask,
            Snapshot.Key key,
            Snapshot.Offer offer,
            UUID subscription,
            Snapshot.Price price,
            Snapshot.Funding funding) {
        int outputCap = ask.task() == Snapshot.Task.CHAT ? outputCap(ask, offer) : 0;
        try {
            long nanos = price.list()
                    .worstCaseNanos(
                            Math.multiplyExact(
                                    Math.addExact(ask.inputBytes(), HoldSize.TEMPLATE_TOKENS), (long) ask.answers()),
                            Math.multiplyExact((long) outputCap, ask.answers()));
            return new Admissible(key, offer, subscription, price, funding, nanos, outputCap);
        } catch (ArithmeticException beyondEveryBound) {
            return new Refused(Reason.TOO_LARGE);
        }
    }

    private int outputCap(Ask ask, Snapshot.Offer offer) {
        Integer most = offer.maxOutputTokens();
        if (ask.outputCap() > 0) {
            return most == null ? ask.outputCap() : Math.min(ask.outputCap(), most);
        }
        return most == null ? defaultOutputCap : most;
    }
}
