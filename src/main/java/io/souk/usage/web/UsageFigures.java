package io.souk.usage.web;

import io.souk.portal.Formats;
import io.souk.portal.OverviewContributor;
import io.souk.usage.UsageLine;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** What was spent today and this month, on the overview. */
@Component
class UsageFigures implements OverviewContributor {
    private final UsageReports reports;
    private final Formats formats;
    private final Clock clock;

    UsageFigures(UsageReports reports, Formats formats, Clock clock) {
        this.reports = reports;
        this.formats = formats;
        this.clock = clock;
    }

    @Override
    public List<Figure> figures() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        List<Figure> figures = new ArrayList<>();
        add(figures, 20, "Spent today", today, today, "today");
        add(figures, 30, "Spent this month", today.withDayOfMonth(1), today, "month");
        return figures;
    }

    private void add(List<Figure> figures, int order, String label, LocalDate from, LocalDate to, String range) {
        List<UsageLine> sums = reports.sums(UsageQuery.days(from, to), UsageReports.Group.TOTAL);
        if (sums.isEmpty()) {
            figures.add(new Figure(order, label, "—", "no calls yet", "/usage?range=" + range));
        }
        for (UsageLine sum : sums) {
            figures.add(new Figure(
                    order,
                    label,
                    formats.money(sum.chargeNanos(), sum.currency()),
                    formats.count(sum.calls(), "call"),
                    "/usage?range=" + range));
        }
    }
}
