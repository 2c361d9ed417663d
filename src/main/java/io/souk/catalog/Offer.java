package io.souk.catalog;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "catalog", name = "offers")
class Offer {
    @Id
    private UUID id;

    private String model;
    private String title;
    private String publisher;
    private String task;
    private String summary;
    private String card;
    private String licence;
    private @Nullable Integer contextTokens;
    private @Nullable Integer maxOutputTokens;
    private String state;
    private @Nullable Instant testedAt;
    private @Nullable Instant liveAt;
    private @Nullable Instant withdrawnAt;
    private Instant createdAt;
    private Instant changedAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Offer() {}

    @SuppressWarnings("NullAway.Init")
    Offer(UUID id, OfferDraft draft, Instant now) {
        this.id = id;
        this.state = OfferView.State.DRAFT.label();
        this.createdAt = now;
        write(draft, now);
    }

    void write(OfferDraft draft, Instant now) {
        this.model = draft.model();
        this.title = draft.title();
        this.publisher = draft.publisher();
        this.task = draft.task().label();
        this.summary = draft.summary();
        this.card = draft.card();
        this.licence = draft.licence();
        this.contextTokens = draft.contextTokens();
        this.maxOutputTokens = draft.maxOutputTokens();
        this.changedAt = now;
    }

    /** What was tested is no longer what would be called. */
    void forgetTest(Instant now) {
        testedAt = null;
        changedAt = now;
    }

    void tested(Instant now) {
        testedAt = now;
        changedAt = now;
    }

    void publish(Instant now) {
        state = OfferView.State.LIVE.label();
        if (liveAt == null) {
            liveAt = now;
        }
        withdrawnAt = null;
        changedAt = now;
    }

    void withdraw(Instant now) {
        state = OfferView.State.WITHDRAWN.label();
        withdrawnAt = now;
        testedAt = null;
        changedAt = now;
    }

    OfferView view() {
        return new OfferView(
                id,
                model,
                title,
                publisher,
                Task.ofLabel(task),
                summary,
                card,
                licence,
                contextTokens,
                maxOutputTokens,
                OfferView.State.valueOf(state.toUpperCase(Locale.ROOT)),
                testedAt,
                liveAt,
                withdrawnAt,
                changedAt,
                Objects.requireNonNullElse(version, 0L));
    }
}
