package io.souk.access;

import io.souk.kernel.Ids;
import io.souk.platform.Names;
import io.souk.platform.Secrets;
import io.souk.tenancy.AuditLog;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The API keys of the organisation that is bound to the thread. */
@Component
public class ApiKeys {
    private static final String PURPOSE = "portal-key";

    private final ApiKeyRepository keys;
    private final Secrets secrets;
    private final AuditLog audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ApiKeys(ApiKeyRepository keys, Secrets secrets, AuditLog audit, Clock clock) {
        this.keys = keys;
        this.secrets = secrets;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes a key; the answer is the only place where it can be read.
     *
     * @param name as {@link Names} wants it, for people
     * @param projectId a project of the organisation
     * @param expiresAt when it stops working, in the future; null for never
     * @throws IllegalArgumentException if the name or the expiry is not as above
     */
    @Transactional
    public CreatedKey create(String name, UUID projectId, @Nullable Instant expiresAt, @Nullable UUID createdBy) {
        return create(Ids.next(), name, projectId, expiresAt, createdBy);
    }

    /** The same with an id that was chosen before. */
    @Transactional
    CreatedKey create(UUID id, String name, UUID projectId, @Nullable Instant expiresAt, @Nullable UUID createdBy) {
        String trimmed = name.strip();
        Names.problem("A key's name", trimmed).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        Instant now = clock.instant();
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw new IllegalArgumentException("A key's expiry must lie in the future.");
        }
        String secret = KeySecret.generate(random);
        ApiKey key = keys.save(
                new ApiKey(id, projectId, trimmed, secret, ApiKey.Kind.ISSUED, null, createdBy, now, expiresAt));
        audit.record(createdBy, "key.created", trimmed);
        return new CreatedKey(key.view(now), secret);
    }

    /** All issued keys, revoked ones too, the newest first. */
    @Transactional(readOnly = true)
    public List<ApiKeyView> list() {
        Instant now = clock.instant();
        return keys.findAllByKindOrderByCreatedAtDesc("issued").stream()
                .map(key -> key.view(now))
                .toList();
    }

    /** Issued keys, revoked ones too, the newest first. @param before only those that are older than this one */
    @Transactional(readOnly = true)
    public List<ApiKeyView> olderThan(UUID before, int most) {
        Instant now = clock.instant();
        return keys.findAllByKindAndIdLessThanOrderByIdDesc("issued", before, Limit.of(most)).stream()
                .map(key -> key.view(now))
                .toList();
    }

    @Transactional(readOnly = true)
    public Optional<ApiKeyView> find(UUID id) {
        return keys.findById(id).map(key -> key.view(clock.instant()));
    }

    /**
     * Revokes an issued key for good; connected gateways obey within a second.
     *
     * @param by the member who asked, null for a program
     * @return the key, or empty if the organisation has no such key
     */
    @Transactional
    public Optional<ApiKeyView> revoke(UUID id, @Nullable UUID by) {
        return keys.findById(id).filter(key -> !key.isPortal()).map(key -> {
            if (key.view(clock.instant()).revokedAt() == null) {
                audit.record(by, "key.revoked", key.name());
            }
            key.revoke(clock.instant());
            return key.view(clock.instant());
        });
    }

    /** The key that the portal itself calls the gateway with when a member uses "Try it"; made at first use. */
    @Transactional
    public String portalKey(UUID projectId) {
        return keys.findByKindAndRevokedAtIsNull("portal")
                .map(key -> new String(
                        secrets.open(Objects.requireNonNull(key.sealed()), PURPOSE), StandardCharsets.US_ASCII))
                .orElseGet(() -> {
                    String secret = KeySecret.generate(random);
                    byte[] sealed = secrets.seal(secret.getBytes(StandardCharsets.US_ASCII), PURPOSE);
                    keys.save(new ApiKey(
                            Ids.next(),
                            projectId,
                            "Try it",
                            secret,
                            ApiKey.Kind.PORTAL,
                            sealed,
                            null,
                            clock.instant(),
                            null));
                    return secret;
                });
    }
}
