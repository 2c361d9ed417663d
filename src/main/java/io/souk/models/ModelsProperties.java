package io.souk.models;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the house models listen and how much they take on.
 *
 * @param bind address to listen on
 * @param port port to listen on; 0 picks a free one
 * @param credential what callers must send as bearer; absent or blank: nothing
 * @param threads how many texts are read at the same time, one thread each; 0: one fewer than the cores, at least one
 * @param places how many requests may be worked on or wait; one more is told to try again
 * @param nativeDirectory where the native libraries are unpacked to and kept; absent: where the libraries like
 * @param deadline how long a request may take from the moment that its body is read
 */
@Validated
@ConfigurationProperties("souk.models")
record ModelsProperties(
        @NotBlank @DefaultValue("127.0.0.1") String bind,
        @Min(0) @Max(65_535) @DefaultValue("8082") int port,
        @Nullable String credential,
        @Min(0) @Max(256) @DefaultValue("0") int threads,
        @Min(1) @Max(10_000) @DefaultValue("64") int places,
        @Nullable Path nativeDirectory,
        @DefaultValue("30s") Duration deadline) {

    int workers() {
        return threads > 0 ? threads : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }

    /** Without the credential, which must not reach a log. */
    @Override
    public String toString() {
        return "ModelsProperties[bind=" + bind + ", port=" + port + ", threads=" + threads + ", places=" + places
                + ", nativeDirectory=" + nativeDirectory + ", deadline=" + deadline + "]";
    }
}
