package io.souk.access;

import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes keys for programs that may ask twice: of all requests with the same name within a day comes one key. The key is
 * readable in the first answer only, for it is kept nowhere.
 */
@Component
public class KeyRequests {
    private static final Duration KEPT = Duration.ofDays(1);

    /** What came of a request. */
    public sealed interface Outcome {}

    /** The key was made. */
    public record Made(CreatedKey key) implements Outcome {}

    /** It was made by an earlier request of this name, whose answer had the key. */
    public record MadeBefore(ApiKeyView key) implements Outcome {}

    /** The name belongs to a request for something else; nothing was made. */
    public record NameTaken() implements Outcome {}

    private final ApiKeys keys;
    private final JdbcClient app;
    private final Clock clock;

    KeyRequests(ApiKeys keys, JdbcClient app, Clock clock) {
        this.keys = keys;
        this.app = app;
        this.clock = clock;
    }

    private record Earlier(byte[] fingerprint, UUID keyId) {}

    /**
     * Makes a key, or finds that it was made.
     *
     * @param request what the program calls this request, 1 to 255 characters
     * @param name 1 to 100 characters
     * @param expiresAt in the future; null for never
     */
    @Transactional
    public Outcome create(String request, String name, UUID projectId, @Nullable Instant expiresAt) {
        Instant now = clock.instant();
        byte[] fingerprint = fingerprint(name + "\n" + projectId + "\n" + expiresAt);
        app.sql("delete from access.key_requests where made_at < ?")
                .param(Timestamp.from(now.minus(KEPT)))
                .update();
        UUID id = Ids.next();
        // of two at once the second waits here for the first one's commit
        int first = app.sql("""
            insert into access.key_requests (tenant_id, name, fingerprint, key_id, made_at) values (?, ?, ?, ?, ?)
            on conflict (tenant_id, name) do nothing\
            """)
                .params(Tenant.required().value(), request, fingerprint, id, Timestamp.from(now))
                .update();
        if (first == 1) {
            return new Made(keys.create(id, name, projectId, expiresAt, null));
        }
        Earlier earlier = app.sql("select fingerprint, key_id from access.key_requests where name = ?")
                .param(request)
                .query((row, _) -> new Earlier(row.getBytes(1), row.getObject(2, UUID.class)))
                .single();
        return MessageDigest.isEqual(earlier.fingerprint, fingerprint)
                ? new MadeBefore(keys.find(earlier.keyId).orElseThrow())
                : new NameTaken();
    }

    private static byte[] fingerprint(String asked) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(asked.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
