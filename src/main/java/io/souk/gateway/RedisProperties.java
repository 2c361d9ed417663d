package io.souk.gateway;

import jakarta.validation.constraints.AssertTrue;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * A Redis or Valkey by which gateways share rate limits. Its address, which may hold a password, does not show in
 * {@link #toString}.
 *
 * @param url {@code redis://user:password@host:6379/0}, or {@code rediss://...} for TLS; empty: each gateway counts for
 *     itself
 * @param deadline how long a call waits for Redis before its gateway decides by its own count
 */
@Validated
@ConfigurationProperties("souk.redis")
public record RedisProperties(
        @DefaultValue("") String url,
        @DefaultValue("100ms") @DurationMin(millis = 1) Duration deadline) {
    /** Whether gateways share at all. */
    public boolean isGiven() {
        return !url.isBlank();
    }

    URI address() {
        return URI.create(url.strip());
    }

    @AssertTrue(message = "SOUK_REDIS_URL must be like redis://user:password@redis.example.org:6379/0 (or rediss://…).")
    boolean isUrlReadable() {
        if (!isGiven()) {
            return true;
        }
        try {
            URI address = address();
            return address.getHost() != null
                    && ("redis".equals(address.getScheme()) || "rediss".equals(address.getScheme()));
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "RedisProperties[" + (isGiven() ? "configured" : "none") + ", " + deadline + "]";
    }
}
