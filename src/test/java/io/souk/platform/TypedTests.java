package io.souk.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts, counts and names as people type them. */
class TypedTests {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20|20",
                "$12.50|12.5",
                "1,000.50|1000.5",
                "1,234,567|1234567",
                "0.000000001|0.000000001",
                "1,500.00|1500"
            })
    void readsAmounts(String typed, BigDecimal units) {
        assertThat(TypedAmount.of(typed, 9)).isEqualTo(new TypedAmount.Read(units.stripTrailingZeros()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"1,500|Write 1500 or 1.50.", "$12,345|Write 12345 or 12.345.", "999,000|Write 999000 or 999.00."})
    void refusesWhatCanBeReadInTwoWays(String typed, String how) {
        assertThat(TypedAmount.of(typed, 9))
                .isInstanceOfSatisfying(
                        TypedAmount.Unclear.class,
                        unclear -> assertThat(unclear.reason()).isEqualTo("This can be read in two ways. " + how));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,5", "1.000,50", "12,34,567", "1,5000", "0,500,000", "many", "-3", "1e3", ""})
    void refusesWhatIsNoAmount(String typed) {
        assertThat(TypedAmount.of(typed, 9)).isInstanceOf(TypedAmount.Unclear.class);
    }

    /** No thousands begin with a zero, so there is one way to read it. */
    @ParameterizedTest
    @ValueSource(strings = {"0,500", "€0,125", "05,000"})
    void saysHowToWriteDecimals(String typed) {
        assertThat(TypedAmount.of(typed, 9))
                .isInstanceOfSatisfying(
                        TypedAmount.Unclear.class,
                        unclear -> assertThat(unclear.reason()).startsWith("Write decimals after a point"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"8192|8192", "8,192|8192", "131 072|131072", "1_000_000|1000000", "0|0"})
    void readsCounts(String typed, long count) {
        assertThat(TypedCount.of(typed)).isEqualTo(OptionalLong.of(count));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,5", "81,92", "8,1920", "1, 000", "8.192", "1,000 000", "0,125", "-1", "x", "", ",100"})
    void makesNoOtherCountOfWhatStandsBetweenDigits(String typed) {
        assertThat(TypedCount.of(typed)).isEmpty();
    }

    @Test
    void countsTheCharactersOfANameAsPostgresqlDoes() {
        String market = "\uD83C\uDFEA";
        assertThat(Names.problem("A name", market.repeat(100))).isEmpty();
        assertThat(Names.problem("A name", market.repeat(101)))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .isEqualTo("A name has 1 to 100 characters. An emoji may count as several."));
        assertThat(Names.shortened("ab" + market + "c", 3)).isEqualTo("ab" + market);
        assertThat(Names.shortened("abc", 3)).isEqualTo("abc");
    }

    @Test
    void makesANameOfAnotherProviderPlain() {
        assertThat(Names.plain(" Bright\u202eFuture\n\u0000")).isEqualTo("Bright Future");
        assertThat(Names.plain("\u2066\u200f")).isEmpty();
    }
}
