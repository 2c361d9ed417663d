package io.souk.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTests {
    private static final Instant NOW = Instant.parse("2026-11-06T08:49:00Z");

    private static @Nullable Duration read(@Nullable String header) {
        return RetryAfter.read(header, null, NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "37|37",
                "120|120",
                "Fri, 06 Nov 2026 08:49:37 GMT|37",
                "Friday, 06-Nov-26 08:49:37 GMT|37",
                "Fri Nov  6 08:49:37 2026|37",
                "Sun, 06 Nov 1994 08:49:37 GMT|0",
                "Sunday, 06-Nov-94 08:49:37 GMT|0"
            })
    void readsSecondsAndAllThreeFormsOfADate(String header, long seconds) {
        assertThat(read(header)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "Fri, 06 Foo 2026 08:49:37 GMT", "2026-11-06T08:50:00Z", "٣"})
    void takesWhatItCannotReadForNow(String header) {
        assertThat(read(header)).isEqualTo(Duration.ZERO);
    }

    @Test
    void saysNothingWhereNothingWasSaid() {
        assertThat(read(null)).isNull();
    }

    @Test
    void countsADateFromTheAnswersOwn() {
        assertThat(RetryAfter.read("Fri, 06 Nov 2026 12:00:30 GMT", "Fri, 06 Nov 2026 12:00:00 GMT", NOW))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(read("99999999999999")).isGreaterThan(Duration.ofDays(365));
    }
}
