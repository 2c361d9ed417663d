package io.souk.gateway;

import io.souk.gateway.admission.HoldSize;
import io.souk.gateway.journal.JournalSettings;
import io.souk.gateway.relay.Route;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway listens, and how it treats slow callers and slow backends.
 *
 * @param bind the address to listen on
 * @param port 0 takes a free one
 * @param publicUrl the origin that callers use, without {@code /v1}
 * @param eventLoops threads that move bytes; 0 is one per core
 * @param maxBody largest request body; a larger one is answered 413
 * @param bodyTimeout a request must have fully arrived within this time, else 408
 * @param keepAlive how long a caller's connection may stay open without a request
 * @param overload when calls are turned away at the door
 * @param routing how backends are tried and left alone
 * @param telemetry what is told of calls
 * @param connectTimeout a backend must accept a connection within this time, the wait for a free one included
 * @param firstByteTimeout a backend must begin its answer within this time
 * @param idleTimeout longest silence of a backend inside an answer, or of a caller who does not read
 * @param totalTimeout longest answer
 * @param maxConnections the most calls at once at one backend, and connections of each event loop to one address
 * @param maxWaiting calls that wait for a free connection to one backend; more are answered 503
 * @param stopTimeout how long running calls may go on after a stop was asked for
 * @param snapshotMaxAge a gateway that has not heard of changes for this long refuses all calls
 * @param defaultOutputCap output tokens per answer that are allowed and held where neither the caller nor the model says
 * @param hold how what streams may cost is put aside
 * @param journal where and how calls are put on record
 * @param trust a PEM file with certificates to trust beside the public ones, for self-hosted backends; none if absent
 */
@Validated
@ConfigurationProperties("souk.gateway")
public record GatewayProperties(
        @DefaultValue("127.0.0.1") @NotBlank String bind,
        @DefaultValue("8081") @Min(0) @Max(65535) int port,
        @DefaultValue("http://localhost:8081") URI publicUrl,
        @DefaultValue("0") @Min(0) @Max(256) int eventLoops,
        @DefaultValue("4MB") @NotNull DataSize maxBody,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration bodyTimeout,
        @DefaultValue("75s") @DurationMin(millis = 1) Duration keepAlive,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration connectTimeout,
        @DefaultValue("60s") @DurationMin(millis = 1) Duration firstByteTimeout,
        @DefaultValue("2m") @DurationMin(millis = 1) Duration idleTimeout,
        @DefaultValue("10m") @DurationMin(millis = 1) Duration totalTimeout,
        @DefaultValue("256") @Min(1) @Max(65535) int maxConnections,
        @DefaultValue("1024") @Min(1) @Max(1000000) int maxWaiting,
        @DefaultValue("20s") @DurationMin(millis = 0) Duration stopTimeout,
        @DefaultValue("60s") @DurationMin(millis = 1) Duration snapshotMaxAge,
        @DefaultValue("4096") @Min(1) int defaultOutputCap,
        @DefaultValue @Valid Hold hold,
        @DefaultValue @Valid Overload overload,
        @DefaultValue @Valid Routing routing,
        @DefaultValue @Valid Telemetry telemetry,
        @DefaultValue @Valid Journal journal,
        @Nullable Path trust) {

    /**
     * When calls are turned away at the door, with 503 and {@code server_is_overloaded}, instead of waiting.
     *
     * @param maxCalls calls that run at once in this gateway
     * @param maxLag an event loop that is later than this at two looks at the clock, a tenth of a second apart, takes no
     *     new calls
     */
    public record Overload(
            @DefaultValue("10000") @Min(1) int maxCalls,
            @DefaultValue("1s") @DurationMin(millis = 10) Duration maxLag) {}

    /**
     * How backends are tried, and left alone when they fail.
     *
     * @param maxTries backends that one call is sent to, one after the other, until the caller has a byte
     * @param breakerWindow tries at a backend that its breaker looks back on
     * @param breakerMinimum tries before a breaker may open
     * @param breakerPercent failed tries of a hundred that open it
     * @param breakerOpen how long no call is sent to a backend after its breaker opened
     * @param breakerProbes calls that then find out whether the backend works again
     * @param report how often a gateway tells PostgreSQL how its backends do, for admins
     */
    public record Routing(
            @DefaultValue("4") @Min(1) @Max(16) int maxTries,
            @DefaultValue("20") @Min(1) @Max(1000) int breakerWindow,
            @DefaultValue("5") @Min(1) @Max(1000) int breakerMinimum,
            @DefaultValue("50") @Min(1) @Max(100) int breakerPercent,
            @DefaultValue("10s") @DurationMin(millis = 10) Duration breakerOpen,
            @DefaultValue("3") @Min(1) @Max(100) int breakerProbes,
            @DefaultValue("5s") @DurationMin(millis = 100) Duration report) {}

    /**
     * What is told of calls.
     *
     * @param callLog a line in the log {@code souk.calls} for each call: {@code text} (key=value), {@code json} or
     *     {@code off}
     */
    public record Telemetry(@DefaultValue("text") CallLogForm callLog) {}

    /** How a call's line in the log is written. */
    public enum CallLogForm {
        OFF,
        TEXT,
        JSON
    }

    /**
     * The journal of calls.
     *
     * @param folder where journals are kept; needs to outlive the process
     * @param fsync how long a record may wait to be forced to the device; 0 forces before every acknowledgement
     * @param segment size of one file
     * @param maxSize most that a journal may take; beyond it new calls are answered 503
     * @param retain how long settled files are kept for a PostgreSQL that is set back to an earlier moment; only the
     *     last ten minutes of them where the journal is three quarters full
     */
    public record Journal(
            @DefaultValue("./data/journals") Path folder,
            @DefaultValue("50ms") Duration fsync,
            @DefaultValue("64MB") DataSize segment,
            @DefaultValue("16GB") DataSize maxSize,
            @DefaultValue("24h") Duration retain) {
        JournalSettings settings() {
            return JournalSettings.DEFAULTS
                    .withFsyncEvery(fsync)
                    .withSegmentBytes(segment.toBytes())
                    .withMaxBytes(maxSize.toBytes())
                    .withRetain(retain);
        }
    }

    /**
     * A stream holds its input and a slice of output, and another slice whenever less than half of one is left.
     *
     * @param sliceTokens output tokens that a slice has at least
     * @param sliceNanos what a slice may cost in any case, in 1e-9 of the currency: where tokens are cheap a slice is longer
     */
    public record Hold(
            @DefaultValue("1024") @Min(1) @Max(1000000) int sliceTokens,

            @DefaultValue("1000000") @Min(0) @Max(1000000000000L)
            long sliceNanos) {
        HoldSize.Slice slice() {
            return new HoldSize.Slice(sliceTokens, sliceNanos);
        }
    }

    /** What a route gets that has no deadlines of its own. */
    public Route.Deadlines deadlines() {
        return new Route.Deadlines(firstByteTimeout, idleTimeout, totalTimeout);
    }
}
