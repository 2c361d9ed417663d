package io.souk.gateway.admission;

import io.souk.gateway.admission.Decision.Admissible;
import io.souk.gateway.admission.Decision.KeyNotKnown;
import io.souk.gateway.admission.Decision.Reason;
import io.souk.gateway.admission.Decision.Refused;
import io.souk.gateway.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides from one snapshot who is calling, what, at which price, and how much to hold. Never waits, never throws. */
public final class Admission {
    /** What a token is long in a request's body, as a rule; for limits, which are corrected later, never for money. */
    private static final long BYTES_PER_TOKEN = 4;

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
        List<Snapshot.Budget> budgets = budgets(snapshot, key);
        Purse purse = purse(funding, budgets, now);
        if (purse == null) {
            return new Refused(Reason.BUDGET_NOT_READY);
        }
        return hold(ask, key, offer, subscription, price, funding, purse, budgets, limits(snapshot, key, offer));
    }

    private static List<Snapshot.Budget> budgets(Snapshot snapshot, Snapshot.Key key) {
        List<Snapshot.Budget> ofKey = snapshot.budgets(key.id());
        List<Snapshot.Budget> ofProject = snapshot.budgets(key.projectId());
        List<Snapshot.Budget> ofOrganisation = snapshot.budgets(key.tenant().value());
        if (ofKey.isEmpty() && ofProject.isEmpty()) {
            return ofOrganisation;
        }
        List<Snapshot.Budget> all = new ArrayList<>(ofKey.size() + ofProject.size() + ofOrganisation.size());
        all.addAll(ofKey);
        all.addAll(ofProject);
        all.addAll(ofOrganisation);
        return all;
    }

    /** Null if a budget has no counter for this moment, or none in the money that is spent: nothing could hold it. */
    private static @Nullable Purse purse(Snapshot.Funding funding, List<Snapshot.Budget> budgets, Instant now) {
        if (budgets.isEmpty()) {
            return Purse.of(funding.counters());
        }
        List<UUID> caps = new ArrayList<>(budgets.size());
        for (Snapshot.Budget budget : budgets) {
            Snapshot.Window window = budget.windowAt(now);
            if (window == null || !budget.currency().equals(funding.currency())) {
                return null;
            }
            caps.add(window.counter());
        }
        return new Purse(funding.counters(), caps);
    }

    private static List<Snapshot.Limit> limits(Snapshot snapshot, Snapshot.Key key, Snapshot.Offer offer) {
        List<Snapshot.Limit> found = List.of();
        found = with(found, snapshot.limit(key.id()));
        found = with(found, snapshot.limit(key.projectId()));
        found = with(found, snapshot.limit(key.tenant().value()));
        return with(found, snapshot.limit(offer.id()));
    }

    private static List<Snapshot.Limit> with(List<Snapshot.Limit> found, Snapshot.@Nullable Limit next) {
        if (next == null) {
            return found;
        }
        List<Snapshot.Limit> longer = found.isEmpty() ? new ArrayList<>(4) : found;
        longer.add(next);
        return longer;
    }

    private Decision hold(
            Ask ask,
            Snapshot.Key key,
            Snapshot.Offer offer,
            UUID subscription,
            Snapshot.Price price,
            Snapshot.Funding funding,
            Purse purse,
            List<Snapshot.Budget> budgets,
            List<Snapshot.Limit> limits) {
        int outputCap = ask.task() == Snapshot.Task.CHAT ? outputCap(ask, offer) : 0;
        try {
            long nanos = price.list()
                    .worstCaseNanos(
                            Math.multiplyExact(
                                    Math.addExact(ask.inputBytes(), HoldSize.TEMPLATE_TOKENS), (long) ask.answers()),
                            Math.multiplyExact((long) outputCap, ask.answers()));
            long tokens =
                    Math.max(1, Math.ceilDiv(ask.inputBytes(), BYTES_PER_TOKEN) + (long) outputCap * ask.answers());
            return new Admissible(
                    key, offer, subscription, price, funding, nanos, outputCap, purse, budgets, limits, tokens);
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
