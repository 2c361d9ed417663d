package io.souk.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTests {
    private static final String GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0";

    @Test
    void goesOnAsTheCallerRecordsIt() {
        assertThat(Trace.of(GIVEN + "1").sampled()).isTrue();
        assertThat(Trace.of(GIVEN + "0").sampled()).isFalse();
        assertThat(Trace.of(GIVEN + "0").upstream())
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .endsWith("-00");
        assertThat(Trace.of(GIVEN + "0").spanId())
                .isNotEqualTo("00f067aa0ba902b7")
                .matches("[0-9a-f]{16}");
        assertThat(Trace.of("cc" + GIVEN.substring(2) + "1-what-comes-later").traceId())
                .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x"
            })
    void beginsAnewWhereNothingCanBeRead(String header) {
        Trace begun = Trace.of(header);
        assertThat(begun.traceId()).matches("[0-9a-f]{32}").isNotEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(begun.sampled()).isTrue();
        assertThat(Trace.of(null).traceId()).isNotEqualTo(begun.traceId());
    }
}
