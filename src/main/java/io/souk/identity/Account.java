package io.souk.identity;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "identity", name = "accounts")
class Account {
    @Id
    private UUID id;

    private String email;
    private @Nullable String passwordHash;
    private String name;
    private boolean platformAdmin;
    private @Nullable Instant verifiedAt;
    private Instant createdAt;

    @Version
    private @Nullable Long version;

    @SuppressWarnings("NullAway.Init")
    protected Account() {}

    Account(
            UUID id,
            String email,
            @Nullable String passwordHash,
            String name,
            boolean platformAdmin,
            Instant createdAt) {
        this.id = id;
        this.email = email;
        this.passwordHash = passwordHash;
        this.name = name;
        this.platformAdmin = platformAdmin;
        this.createdAt = createdAt;
    }

    UUID id() {
        return id;
    }

    @Nullable
    String passwordHash() {
        return passwordHash;
    }

    boolean isVerified() {
        return verifiedAt != null;
    }

    /** Verifying twice keeps the first time. */
    void verify(Instant now) {
        if (verifiedAt == null) {
            verifiedAt = now;
        }
    }

    void rename(String name) {
        this.name = name;
    }

    void changePassword(@Nullable String passwordHash) {
        this.passwordHash = passwordHash;
    }

    void makePlatformAdmin() {
        this.platformAdmin = true;
    }

    Person person() {
        return new Person(id, email, name, platformAdmin, isVerified());
    }
}
