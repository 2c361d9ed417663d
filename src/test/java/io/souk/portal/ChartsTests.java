package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChartsTests {
    private final Charts charts = new Charts();

    @Test
    void drawsTheHighestFullAndASmallOneVisible() {
        var series = charts.bars(List.of(bar(Long.MAX_VALUE), bar(1), bar(0)));
        assertThat(series.marks()).extracting(Charts.Mark::height).containsExactly(200, 2, 0);
        assertThat(series.highest()).isEqualTo(Long.MAX_VALUE + " tokens");
    }

    @Test
    void keepsEveryBarInsideThePictureHoweverMany() {
        var series = charts.bars(java.util.stream.LongStream.range(0, 400)
                .mapToObj(ChartsTests::bar)
                .toList());
        assertThat(series.marks()).allSatisfy(mark -> {
            assertThat(mark.x() + mark.width()).isLessThanOrEqualTo(Charts.WIDTH);
            assertThat(mark.width()).isPositive();
            assertThat(mark.y() + mark.height()).isEqualTo(Charts.HEIGHT);
        });
    }

    @Test
    void drawsNothingOfNothing() {
        assertThat(charts.bars(List.of()).isEmpty()).isTrue();
        assertThat(charts.line(List.of(1L))).isEmpty();
        assertThat(charts.line(List.of(0L, 0L))).isEqualTo("0,200 1000,200");
    }

    @Test
    void refusesANegativeValue() {
        assertThatIllegalArgumentException().isThrownBy(() -> charts.bars(List.of(bar(-1))));
    }

    private static Charts.Bar bar(long value) {
        return new Charts.Bar("day", value, value + " tokens", "");
    }
}
