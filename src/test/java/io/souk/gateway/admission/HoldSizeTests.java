package io.souk.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldSizeTests {
    private static final PriceList PRICES = new PriceList(
            "USD",
            Map.of(
                    TokenClass.INPUT, 1_000_000L,
                    TokenClass.CACHE_WRITE_1H, 2_000_000L,
                    TokenClass.OUTPUT, 5_000_000L,
                    TokenClass.REQUEST, 3_000L));

    private static final HoldSize.Slice SLICE = new HoldSize.Slice(100, 0);

    @Test
    void holdsTheWholeWorstCaseOfAnAnswerInOnePiece() {
        HoldSize size = HoldSize.of(PRICES, 3, 1_000, false, SLICE);

        // input at its dearest class and all output, three times; the request once
        assertThat(size.nanos(10)).isEqualTo(3 * (10 * 2_000 + 1_000 * 5_000) + 3);
        assertThat(size.first()).isEqualTo(size.cap()).isEqualTo(3_000);
    }

    @Test
    void holdsTheInputAndASliceOfAStream() {
        HoldSize size = HoldSize.of(PRICES, 1, 1_000, true, SLICE);

        assertThat(size.nanos(10)).isEqualTo(10 * 2_000 + 100 * 5_000 + 3);
        assertThat(HoldSize.of(PRICES, 1, 40, true, SLICE).first()).isEqualTo(40);
    }

    @Test
    void makesSlicesLongerWhereTokensAreCheap() {
        assertThat(HoldSize.of(PRICES, 1, 100_000, true, new HoldSize.Slice(100, 1_000_000))
                        .slice())
                .isEqualTo(200);
        assertThat(HoldSize.of(PRICES, 1, 100_000, true, new HoldSize.Slice(300, 1_000_000))
                        .slice())
                .isEqualTo(300);
        PriceList free = new PriceList("USD", Map.of(TokenClass.INPUT, 1_000_000L));
        assertThat(HoldSize.of(free, 1, 100_000, true, SLICE).first()).isEqualTo(100_000);
    }
}
