package io.souk.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.metering.Charge;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of charges is what is charged. */
class ChargeRuleTests {
    private static final PriceList PRICES = new PriceList("USD", Map.of(TokenClass.OUTPUT, 1_000_000L));

    @Test
    void sayOfEveryReasonButTheGoodOneHowItIsCharged() {
        Set<CallReason> said = EnumSet.noneOf(CallReason.class);
        for (ChargeRule rule : ChargeRule.values()) {
            said.addAll(rule.reasons());
            assertThat(rule.reasons().isEmpty()).isNotEqualTo(rule.sources().isEmpty());
            assertThat(rule.happened()).isNotBlank();
        }
        assertThat(said).isEqualTo(EnumSet.complementOf(EnumSet.of(CallReason.COMPLETED)));
    }

    @Test
    void agreeWithTheRatingOnWhatCostsNothing() {
        TokenCounts counts = TokenCounts.of(0, 10);
        for (ChargeRule rule : ChargeRule.values()) {
            for (CallReason reason : rule.reasons()) {
                long charged = Charge.of(counts, reason, PRICES, Long.MAX_VALUE).chargeNanos();
                if (!rule.charged().equals("Nothing")) {
                    assertThat(charged).as(rule.name()).isEqualTo(10_000);
                } else if (rule != ChargeRule.HUNG_UP_BEFORE) {
                    assertThat(charged).as(rule.name()).isZero();
                }
            }
        }
        assertThat(Charge.of(TokenCounts.NONE, CallReason.CANCELLED, PRICES, 5).chargeNanos())
                .as("before anything was sent there is nothing to count")
                .isZero();
    }
}
