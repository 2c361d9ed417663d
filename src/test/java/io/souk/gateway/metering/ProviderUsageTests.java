package io.souk.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProviderUsageTests {
    private static final long[] ODD = {0, 1, -1, 7, 100, Long.MAX_VALUE, Long.MIN_VALUE};

    @Test
    void makesOpenAisTotalsDisjoint() {
        assertThat(new ProviderUsage(100, 50, 30, 20, 10).counts())
                .isEqualTo(TokenCounts.of(50, 40)
                        .with(TokenClass.CACHE_READ, 30)
                        .with(TokenClass.CACHE_WRITE_5M, 20)
                        .with(TokenClass.REASONING, 10));
    }

    @Test
    void addsUpToTheTotalsAndIsNeverNegativeWhateverAProviderSays() {
        Random random = new Random(1);
        for (int round = 0; round < 100_000; round++) {
            long[] said = random.longs(5, -10, 200).toArray();
            for (int i = 0; i < said.length; i++) {
                said[i] = random.nextInt(4) == 0 ? ODD[random.nextInt(ODD.length)] : said[i];
            }
            TokenCounts counts = new ProviderUsage(said[0], said[1], said[2], said[3], said[4]).counts();
            assertThat(counts.get(TokenClass.INPUT)
                            + counts.get(TokenClass.CACHE_READ)
                            + counts.get(TokenClass.CACHE_WRITE_5M))
                    .as(Arrays.toString(said))
                    .isEqualTo(Math.max(0, said[0]));
            assertThat(counts.get(TokenClass.OUTPUT) + counts.get(TokenClass.REASONING))
                    .as(Arrays.toString(said))
                    .isEqualTo(Math.max(0, said[1]));
        }
    }

    @Test
    void believesOnlyWhatBytesAndCapAllow() {
        assertThat(believed(10, 5, 0)).isTrue();
        assertThat(believed(1000 + 4096, 5, 0)).isTrue();
        assertThat(believed(1000 + 4097, 5, 0)).isFalse();
        assertThat(believed(10, 500, 0)).isTrue();
        assertThat(believed(10, 501, 0)).isFalse();
        assertThat(believed(10, 2000, 1900)).isTrue();
        assertThat(believed(10, 2001, 1900)).isFalse();
        assertThat(believed(-1, 5, 0)).isFalse();
        assertThat(believed(10, 0, 0)).isFalse();
        assertThat(new ProviderUsage(1_000_000, 5, 0, 0, 0).isBelievable(Long.MAX_VALUE, 500, true, 2000))
                .as("input that the request only refers to")
                .isTrue();
        assertThat(new ProviderUsage(7, 0, 0, 0, 0).isBelievable(1000, 500, false, 0))
                .as("embeddings have no output")
                .isTrue();
    }

    private static boolean believed(long prompt, long completion, long reasoning) {
        return new ProviderUsage(prompt, completion, 0, 0, reasoning).isBelievable(1000, 500, true, 2000);
    }
}
