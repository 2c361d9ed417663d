package io.souk.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.server.ResponseStatusException;

class DayRangeTests {
    private static final LocalDate TODAY = LocalDate.of(2027, 3, 15);

    private static DayRange of(String range, String from, String to) {
        return DayRange.of(range, from, to, TODAY);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', 2027-02-14, 2027-03-15",
        "today, '', '', 2027-03-15, 2027-03-15",
        "7d, '', '', 2027-03-09, 2027-03-15",
        "90d, '', '', 2026-12-16, 2027-03-15",
        "month, '', '', 2027-03-01, 2027-03-15",
        "year, '', '', 2026-03-15, 2027-03-15",
        "'', 2027-01-01, 2027-01-31, 2027-01-01, 2027-01-31",
        "custom, 2027-01-01, '', 2027-01-01, 2027-03-15",
        "custom, '', 2027-01-31, 2027-01-31, 2027-01-31",
        "'', 2026-01-01, 2027-01-01, 2026-01-01, 2027-01-01"
    })
    void isWhatTheAddressSays(String range, String from, String to, LocalDate first, LocalDate last) {
        DayRange days = of(range, from, to);
        assertThat(days.from()).isEqualTo(first);
        assertThat(days.to()).isEqualTo(last);
        assertThat(days.problem()).isEmpty();
        assertThat(days.orRefuse()).isEqualTo(days);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2027-02-02, 2027-02-01, 'The first day, 2027-02-02, is after the last, 2027-02-01.'",
        "'', 2027-02-30, '', is no day",
        "'', '', yesterday, “yesterday” is no day",
        "'', 0999-01-01, '', is no day",
        "'', 2026-01-01, 2027-01-02, choose at most 366 days",
        "fortnight, '', '', There is no range of days called “fortnight”."
    })
    void saysWhatIsWrongAndIsTheLast30Days(String range, String from, String to, String problem) {
        DayRange days = of(range, from, to);
        assertThat(days.problem()).contains(problem);
        assertThat(days.name()).isEqualTo("30d");
        assertThat(days.from()).isEqualTo(TODAY.minusDays(29));
        assertThat(days.to()).isEqualTo(TODAY);
        assertThatThrownBy(days::orRefuse)
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        refused -> assertThat(refused.getReason())
                                .contains(problem)
                                .doesNotContain("30 days"));
    }

    @Test
    void isTheLast30DaysWhereNothingIsSaid() {
        assertThat(of("custom", "", "").name()).isEqualTo("30d");
    }
}
