package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTests {
    private static final Instant NOW = Instant.parse("2026-11-24T03:40:00Z");
    private final Formats formats = new Formats(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        42000                | USD | $0.000042
        1500000000           | USD | $1.50
        1                    | USD | $0.000000001
        0                    | USD | $0.00
        20000000000          | EUR | €20.00
        -3000000000          | EUR | −€3.00
        -1                   | GBP | −£0.000000001
        1234567000000000     | USD | $1,234,567.00
        5000000000           | JPY | ¥5
        5500000000           | JPY | ¥5.5
        9223372036854775807  | USD | $9,223,372,036.854775807
        -9223372036854775808 | USD | −$9,223,372,036.854775808
        """)
    void writesAmountsWithAsManyDigitsAsMatter(long nanos, String currency, String text) {
        assertThat(formats.money(nanos, currency)).isEqualTo(text);
    }

    @Test
    void writesACurrencyWithoutASignByItsCode() {
        assertThat(formats.money(1_500_000_000L, "CHF")).isEqualTo("CHF\u00a01.50");
    }

    @Test
    void neverWritesWhatIsNotZeroAsZeroAndLosesNoDigit() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextLong() >> random.nextInt(64);
            var written = new BigDecimal(formats.money(nanos, "USD")
                    .replace("−", "-")
                    .replace("$", "")
                    .replace(",", ""));
            assertThat(written).isEqualByComparingTo(BigDecimal.valueOf(nanos, 9));
            var amount = formats.amount(nanos, "USD");
            assertThat(amount.main() + amount.fine()).isEqualTo(formats.money(nanos, "USD"));
        }
    }

    @Test
    void keepsSmallAmountsInOnePiece() {
        assertThat(formats.amount(42_000, "USD").fine()).isEmpty();
        assertThat(formats.amount(19_998_734_521L, "USD").main()).isEqualTo("$19.99");
        assertThat(formats.amount(19_998_734_521L, "USD").fine()).isEqualTo("8734521");
        assertThat(formats.amount(42_000, "USD").exact()).isEqualTo("0.000042000 USD");
    }

    @ParameterizedTest
    @CsvSource({"150000, $0.15", "20000, $0.02", "1, $0.000001", "2500000, $2.50", "0, $0.00"})
    void writesPricesOfAMillionTokens(long micros, String text) {
        assertThat(formats.pricePerMillion(micros, "USD")).isEqualTo(text);
    }

    @Test
    void writesThePriceOfOne() {
        assertThat(formats.priceForOne(150_000, "USD")).isEqualTo("$0.00000015");
        assertThat(formats.moneyPicos(new BigDecimal("42000500"), "USD")).isEqualTo("$0.0000420005");
    }

    @ParameterizedTest
    @CsvSource({
        "2, just now",
        "75, 1 minute ago",
        "59, 59 seconds ago",
        "7200, 2 hours ago",
        "86400, 1 day ago",
        "-90000, in 1 day",
        "-2, in a moment",
        "8640000, 16 Aug 2026"
    })
    void saysHowLongAgo(long seconds, String words) {
        assertThat(formats.relative(NOW.minusSeconds(seconds))).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 ms", "320, 320 ms", "1240, 1.24 s", "2000, 2 s", "125000, 2 min 5 s"})
    void saysHowLongItTook(long millis, String words) {
        assertThat(formats.took(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @Test
    void writesCountsAndTimes() {
        assertThat(formats.tokens(1_204_388)).isEqualTo("1,204,388");
        assertThat(formats.count(1, "key")).isEqualTo("1 key");
        assertThat(formats.count(0, "key")).isEqualTo("0 keys");
        assertThat(formats.instant(NOW)).isEqualTo("24 Nov 2026, 03:40:00 UTC");
    }
}
