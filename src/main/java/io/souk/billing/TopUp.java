package io.souk.billing;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An order for credit: requested, then open at the payment provider, then ended in one of four ways. */
@Entity
@Table(schema = "billing", name = "top_ups")
class TopUp {
    @Id
    private UUID id;

    @TenantId
    private UUID tenantId;

    private UUID formKey;
    private long amountMinor;

    @JdbcTypeCode(SqlTypes.CHAR)
    private String currency;

    private String state;
    private @Nullable String problem;
    private @Nullable String checkoutSessionId;
    private @Nullable String checkoutUrl;
    private @Nullable String paymentIntentId;
    private @Nullable UUID requestedBy;
    private Instant requestedAt;
    private @Nullable Instant endedAt;

    @Version
    private long version;

    @SuppressWarnings("NullAway.Init")
    protected TopUp() {}

    @SuppressWarnings("NullAway.Init")
    TopUp(UUID id, UUID formKey, long amountMinor, String currency, @Nullable UUID requestedBy, Instant now) {
        this.id = id;
        this.formKey = formKey;
        this.amountMinor = amountMinor;
        this.currency = currency;
        this.requestedBy = requestedBy;
        this.requestedAt = now;
        this.state = "requested";
    }

    void opened(String sessionId, String url) {
        if (state().isOver()) {
            return;
        }
        this.checkoutSessionId = sessionId;
        this.checkoutUrl = url;
        become(TopUpView.State.OPEN);
    }

    void attemptFailed(@Nullable String why) {
        if (!state().isOver()) {
            problem = why;
        }
    }

    /** The provider's page has done its part: it cannot be paid there again, and the money is not here yet. */
    void awaitsMoney(@Nullable String why) {
        if (!state().isOver()) {
            problem = why;
            checkoutUrl = null;
        }
    }

    /** Paid wins over every other end: the money is here. */
    void paid(String paymentIntent, Instant now) {
        paymentIntentId = paymentIntent;
        problem = null;
        endedAt = now;
        become(TopUpView.State.PAID);
    }

    void ended(TopUpView.State end, @Nullable String why, Instant now) {
        if (!state().isOver()) {
            problem = why;
            endedAt = now;
            become(end);
        }
    }

    /** It was to be cancelled, and its page could not be closed. */
    void reopened() {
        if (state() == TopUpView.State.CANCELLED) {
            endedAt = null;
            become(TopUpView.State.OPEN);
        }
    }

    private void become(TopUpView.State next) {
        state = next.name().toLowerCase(Locale.ROOT);
    }

    private TopUpView.State state() {
        return TopUpView.State.valueOf(state.toUpperCase(Locale.ROOT));
    }

    UUID tenantId() {
        return tenantId;
    }

    TopUpView view() {
        return new TopUpView(
                id,
                amountMinor,
                currency,
                state(),
                problem,
                checkoutSessionId,
                state().isOver() ? null : checkoutUrl,
                paymentIntentId,
                requestedAt,
                endedAt);
    }
}
