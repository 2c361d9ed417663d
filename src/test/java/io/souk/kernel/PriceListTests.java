package io.souk.kernel;

import static io.souk.kernel.TokenClass.CACHE_READ;
import static io.souk.kernel.TokenClass.INPUT;
import static io.souk.kernel.TokenClass.OUTPUT;
import static io.souk.kernel.TokenClass.REASONING;
import static io.souk.kernel.TokenClass.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PriceListTests {
    @Test
    void costIsExactAndRoundedOnceHalfUp() {
        // 0.15 per million tokens is 150,000 micro-units: one token costs 150,000 pico-units = 150 nano-units
        PriceList prices = new PriceList("USD", Map.of(INPUT, 150_000L, OUTPUT, 600_001L));

        long picos = prices.picos(TokenCounts.of(7, 3));

        assertThat(picos).isEqualTo(7 * 150_000L + 3 * 600_001L);
        assertThat(PriceList.roundToNanos(picos)).isEqualTo(2_850);
        assertThat(PriceList.roundToNanos(499)).isZero();
        assertThat(PriceList.roundToNanos(500)).isEqualTo(1);
    }

    @Test
    void agreesWithDecimalArithmeticOnRandomCounts() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            long price = random.nextLong(0, 100_000_000);
            long tokens = random.nextLong(0, 1_000_000);
            PriceList prices = new PriceList("EUR", Map.of(INPUT, price));
            BigDecimal expected = BigDecimal.valueOf(price, 6)
                    .multiply(BigDecimal.valueOf(tokens))
                    .divide(BigDecimal.valueOf(1_000_000))
                    .setScale(9, RoundingMode.HALF_UP);

            long nanos = PriceList.roundToNanos(prices.picos(TokenCounts.of(tokens, 0)));

            assertThat(BigDecimal.valueOf(nanos, 9)).isEqualByComparingTo(expected);
        }
    }

    @Test
    void classesWithoutAPriceAreChargedAsTheirKind() {
        PriceList prices = new PriceList("USD", Map.of(INPUT, 10L, OUTPUT, 20L));

        assertThat(prices.of(CACHE_READ)).isEqualTo(10);
        assertThat(prices.of(REASONING)).isEqualTo(20);
        assertThat(prices.of(REQUEST)).isZero();
    }

    @Test
    void worstCaseIsNeverBelowAnyRealCost() {
        PriceList prices =
                new PriceList("USD", Map.of(INPUT, 10L, CACHE_READ, 99L, OUTPUT, 3L, REASONING, 77L, REQUEST, 5L));
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            long input = random.nextLong(0, 500);
            long cached = random.nextLong(0, input + 1);
            long output = random.nextLong(0, 500);
            long reasoning = random.nextLong(0, output + 1);
            TokenCounts real = TokenCounts.of(input - cached, output - reasoning)
                    .with(CACHE_READ, cached)
                    .with(REASONING, reasoning)
                    .with(REQUEST, 1);

            assertThat(prices.worstCaseNanos(input, output))
                    .isGreaterThanOrEqualTo(PriceList.roundToNanos(prices.picos(real)));
        }
    }

    @Test
    void refusesToWrapAround() {
        PriceList prices = new PriceList("USD", Map.of(INPUT, 10_000_000_000_000L));

        assertThatThrownBy(() -> prices.picos(TokenCounts.of(1_000_000_000, 0)))
                .isInstanceOf(ArithmeticException.class);
    }
}
