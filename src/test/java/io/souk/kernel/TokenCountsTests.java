package io.souk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenCountsTests {

    @Test
    void addsClassByClass() {
        TokenCounts sum = TokenCounts.of(3, 4).plus(TokenCounts.of(TokenClass.CACHE_READ, 5));
        assertThat(sum)
                .isEqualTo(TokenCounts.NONE
                        .with(TokenClass.INPUT, 3)
                        .with(TokenClass.OUTPUT, 4)
                        .with(TokenClass.CACHE_READ, 5))
                .hasToString("{input=3, cache_read=5, output=4}");
    }

    @Test
    void leavesTheOriginalAsItWas() {
        TokenCounts before = TokenCounts.of(TokenClass.INPUT, 1);
        TokenCounts after = before.with(TokenClass.INPUT, 2);
        assertThat(before.get(TokenClass.INPUT)).isEqualTo(1);
        assertThat(after.get(TokenClass.INPUT)).isEqualTo(2);
    }

    @Test
    void refusesNegativeCounts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenCounts.of(TokenClass.OUTPUT, -1))
                .withMessageContaining("output");
    }

    @Test
    void refusesSumThatDoesNotFit() {
        TokenCounts most = TokenCounts.of(TokenClass.OUTPUT, Long.MAX_VALUE);
        assertThatThrownBy(() -> most.plus(most)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void keepsCodesEqualToPositions() {
        for (TokenClass value : TokenClass.values()) {
            assertThat(TokenClass.ofCode(value.code())).isSameAs(value);
        }
        for (CallReason value : CallReason.values()) {
            assertThat(CallReason.ofCode(value.code())).isSameAs(value);
        }
        for (CountSource value : CountSource.values()) {
            assertThat(CountSource.ofCode(value.code())).isSameAs(value);
        }
    }
}
