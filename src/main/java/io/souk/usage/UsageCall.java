package io.souk.usage;

import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A settled call as it was kept.
 *
 * @param costPicos exact cost in 1e-12 of the currency
 * @param chargeNanos what was charged, in 1e-9 of the currency
 * @param heldNanos what was set aside when the call was admitted
 * @param absorbedNanos cost above what was held, which Souk bore
 * @param firstByteMs from the admission to the first byte of the answer; null if none came
 * @param totalMs from the admission to the last byte
 */
public record UsageCall(
        TenantId tenant,
        UUID id,
        Instant startedAt,
        Instant endedAt,
        Instant settledAt,
        String requestId,
        UUID keyId,
        UUID projectId,
        UUID offerId,
        UUID priceVersionId,
        @Nullable UUID backendId,
        String model,
        String operation,
        boolean stream,
        int status,
        CallReason reason,
        CountSource source,
        TokenCounts counts,
        String currency,
        BigDecimal costPicos,
        long chargeNanos,
        long heldNanos,
        long absorbedNanos,
        int attempts,
        @Nullable Integer firstByteMs,
        int totalMs) {

    /** Input tokens of every class. */
    public long input() {
        return sum(TokenClass.INPUT, TokenClass.CACHE_READ, TokenClass.CACHE_WRITE_5M, TokenClass.CACHE_WRITE_1H)
                + sum(TokenClass.AUDIO, TokenClass.IMAGE);
    }

    /** Output and reasoning tokens. */
    public long output() {
        return sum(TokenClass.OUTPUT, TokenClass.REASONING);
    }

    private long sum(TokenClass... classes) {
        long sum = 0;
        for (TokenClass tokenClass : classes) {
            sum += counts.get(tokenClass);
        }
        return sum;
    }

    static UsageCall of(ResultSet row, int number) throws SQLException {
        return new UsageCall(
                new TenantId(row.getObject("tenant_id", UUID.class)),
                row.getObject("call_id", UUID.class),
                row.getTimestamp("started_at").toInstant(),
                row.getTimestamp("ended_at").toInstant(),
                row.getTimestamp("settled_at").toInstant(),
                row.getString("request_id"),
                row.getObject("key_id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getObject("offer_id", UUID.class),
                row.getObject("price_version_id", UUID.class),
                row.getObject("backend_id", UUID.class),
                row.getString("model"),
                row.getString("operation"),
                row.getBoolean("stream"),
                row.getInt("status"),
                CallReason.valueOf(row.getString("reason").toUpperCase(Locale.ROOT)),
                CountSource.valueOf(row.getString("source").toUpperCase(Locale.ROOT)),
                counts(row),
                row.getString("currency"),
                Objects.requireNonNull(row.getBigDecimal("cost_picos")),
                row.getLong("charge_nanos"),
                row.getLong("held_nanos"),
                row.getLong("absorbed_nanos"),
                row.getInt("attempts"),
                row.getObject("first_byte_ms", Integer.class),
                row.getInt("total_ms"));
    }

    private static TokenCounts counts(ResultSet row) throws SQLException {
        TokenCounts counts = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            String column = switch (tokenClass) {
                case REQUEST -> "requests";
                case SECOND -> "seconds";
                default -> tokenClass.label();
            };
            counts = counts.with(tokenClass, row.getLong(column));
        }
        return counts;
    }
}
