package io.souk.supply;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "supply", name = "backends")
class Backend {
    @Id
    private UUID id;

    private UUID offerId;
    private String name;
    private String baseUrl;
    private String dialect;
    private String upstreamModel;
    private byte @Nullable [] credential;
    private int priority;
    private int weight;
    private @Nullable Integer maxCalls;
    private boolean enabled;
    private Instant createdAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Backend() {}

    @SuppressWarnings("NullAway.Init")
    Backend(UUID id, UUID offerId, Instant now) {
        this.id = id;
        this.offerId = offerId;
        this.dialect = BackendDraft.DIALECT;
        this.createdAt = now;
    }

    void write(BackendDraft draft, String baseUrl) {
        this.name = draft.name();
        this.baseUrl = baseUrl;
        this.upstreamModel = draft.upstreamModel();
        this.priority = draft.priority();
        this.weight = draft.weight();
        this.maxCalls = draft.maxCalls();
        this.enabled = draft.enabled();
    }

    void seal(byte @Nullable [] cipherText) {
        this.credential = cipherText;
    }

    UUID id() {
        return id;
    }

    UUID offerId() {
        return offerId;
    }

    String baseUrl() {
        return baseUrl;
    }

    byte @Nullable [] cipherText() {
        return credential;
    }
}
