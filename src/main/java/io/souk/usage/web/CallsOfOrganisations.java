package io.souk.usage.web;

import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import io.souk.portal.Formats;
import io.souk.tenancy.OrganisationContributor;
import io.souk.usage.AllCalls;
import io.souk.usage.CallSearch;
import io.souk.usage.UsageCall;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What organisations used, for whoever runs this Souk. */
@Component
class CallsOfOrganisations implements OrganisationContributor {
    private static final int NEWEST = 20;

    private final AllCalls calls;
    private final Formats formats;
    private final Clock clock;

    CallsOfOrganisations(AllCalls calls, Formats formats, Clock clock) {
        this.calls = calls;
        this.formats = formats;
        this.clock = clock;
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.number("Calls this month"));
    }

    @Override
    public Map<TenantId, List<Cell>> cells(Collection<TenantId> tenants) {
        Map<TenantId, Long> sums = new HashMap<>();
        calls.sums(tenants, today().withDayOfMonth(1)).forEach(sum -> sums.merge(sum.tenant(), sum.calls(), Long::sum));
        Map<TenantId, List<Cell>> cells = new HashMap<>();
        for (TenantId tenant : tenants) {
            long made = sums.getOrDefault(tenant, 0L);
            cells.put(
                    tenant,
                    List.of(
                            made == 0
                                    ? Cell.text("0")
                                    : Cell.link(
                                            formats.tokens(made), "/admin/calls?range=month&organisation=" + tenant)));
        }
        return cells;
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        LocalDate today = today();
        CallSearch search = new CallSearch(today.minusDays(29), today, List.of(tenant), null, null, null, 0, 999);
        return List.of(new Section(
                50,
                "calls",
                "Newest calls",
                List.of(
                        Column.of("Time"),
                        Column.of("Model"),
                        Column.number("In"),
                        Column.number("Out"),
                        Column.number("Charged"),
                        Column.number("Status"),
                        Column.of("Ended")),
                calls.page(search, "", NEWEST).calls().stream().map(this::cells).toList(),
                "No call in the last 30 days.",
                Cell.link("Show all", "/admin/calls?organisation=" + tenant)));
    }

    private List<Cell> cells(UsageCall call) {
        return List.of(
                Cell.at(call.startedAt(), "/admin/calls/" + call.id()),
                Cell.text(call.model()),
                Cell.text(formats.tokens(call.input())),
                Cell.text(formats.tokens(call.output())),
                Cell.money(new Money(call.chargeNanos(), call.currency())),
                Cell.text(Integer.toString(call.status())),
                Cell.state(
                        CallWords.tone(call.reason(), call.status()), CallWords.brief(call.reason(), call.status())));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
