package io.souk.usage.web;

import io.souk.portal.Charts;
import io.souk.portal.DayRange;
import io.souk.portal.Formats;
import io.souk.tenancy.access.AnyMember;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageLine;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

/** What the organisation used: sums, and the very calls behind each of them. Every view has an address. */
@Controller
@AnyMember
class UsagePages {
    private static final int PAGE = 50;
    private static final String[] RANGES = {"today", "7d", "30d", "month"};
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

    private final UsageReports reports;
    private final UsageNames names;
    private final CallStory story;
    private final Charts charts;
    private final Formats formats;
    private final Clock clock;

    UsagePages(UsageReports reports, UsageNames names, CallStory story, Charts charts, Formats formats, Clock clock) {
        this.reports = reports;
        this.names = names;
        this.story = story;
        this.charts = charts;
        this.formats = formats;
        this.clock = clock;
    }

    /** A row of a break-down. */
    record Row(String name, UsageLine line, String href) {}

    /** Break-down by one thing. */
    record Breakdown(String title, String id, List<Row> rows) {}

    /** A call in the list. */
    record CallRow(UsageCall call, String key, String tone, String ended) {}

    /** A filter that is set, and the address without it. */
    record Chosen(String words, String without) {}

    @GetMapping("/usage")
    String usage(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String project,
            Model model) {
        DayRange days = DayRange.of(range, from, to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        UUID chosen = uuid(project);
        UsageQuery query = new UsageQuery(days.from(), days.to(), null, null, chosen, null);
        days.fill(model, RANGES);
        model.addAttribute("projectId", chosen == null ? "" : chosen.toString());
        model.addAttribute(
                "projectName", chosen == null ? "" : names.projects().getOrDefault(chosen, "An unknown project"));
        List<UsageLine> totals = reports.sums(query, UsageReports.Group.TOTAL);
        model.addAttribute("totals", totals);
        List<UsageLine> byDay = reports.sums(query, UsageReports.Group.DAY);
        List<Charts.Series> series = new ArrayList<>();
        for (UsageLine total : totals) {
            series.add(charts.bars(bars(days, byDay, total.currency(), query)));
        }
        model.addAttribute("series", series);
        model.addAttribute(
                "breakdowns",
                List.of(
                        breakdown("By model", "model", query, UsageReports.Group.MODEL),
                        breakdown("By key", "key", query, UsageReports.Group.KEY),
                        breakdown("By project", "project", query, UsageReports.Group.PROJECT)));
        model.addAttribute("callsHref", calls(query, Map.of()));
        return "usage/usage";
    }

    private List<Charts.Bar> bars(DayRange days, List<UsageLine> byDay, String currency, UsageQuery query) {
        Map<String, UsageLine> lines = byDay.stream()
                .filter(line -> line.currency().equals(currency))
                .collect(Collectors.toMap(UsageLine::id, line -> line));
        List<Charts.Bar> bars = new ArrayList<>();
        for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
            UsageLine line = lines.get(day.toString());
            long nanos = line == null ? 0 : line.chargeNanos();
            String words =
                    formats.money(nanos, currency) + (line == null ? "" : ", " + formats.count(line.calls(), "call"));
            bars.add(new Charts.Bar(
                    SHORT.format(day),
                    nanos,
                    words,
                    line == null ? "" : calls(new UsageQuery(day, day, null, null, query.project(), null), Map.of())));
        }
        return bars;
    }

    private Breakdown breakdown(String title, String parameter, UsageQuery query, UsageReports.Group group) {
        List<UsageLine> lines = reports.sums(query, group);
        Map<UUID, String> words = names.of(
                group, lines.stream().map(line -> UUID.fromString(line.id())).toList());
        return new Breakdown(
                title,
                parameter,
                lines.stream()
                        .map(line -> new Row(
                                words.getOrDefault(UUID.fromString(line.id()), "No longer there"),
                                line,
                                calls(query, Map.of(parameter, line.id()))))
                        .toList());
    }

    @GetMapping("/usage/calls")
    String calls(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String model,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "") String project,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String after,
            Model page) {
        DayRange days = DayRange.of(range, from, to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        UsageQuery query =
                new UsageQuery(days.from(), days.to(), uuid(model), uuid(key), uuid(project), CallWords.known(reason));
        UsageReports.Page found = page(query, after);
        Map<UUID, String> keys = names.keys(
                found.calls().stream().map(UsageCall::keyId).distinct().toList());
        days.fill(page, RANGES);
        page.addAttribute(
                "calls",
                found.calls().stream()
                        .map(call -> new CallRow(
                                call,
                                keys.getOrDefault(call.keyId(), "Try it"),
                                CallWords.tone(call.reason(), call.status()),
                                CallWords.brief(call.reason(), call.status())))
                        .toList());
        page.addAttribute("chosen", chosen(query));
        page.addAttribute("query", query);
        page.addAttribute("reasons", CallWords.choices());
        page.addAttribute("first", after.isEmpty() ? "" : calls(query, Map.of()));
        page.addAttribute(
                "next",
                found.next()
                        .map(cursor -> calls(query, Map.of("after", cursor)))
                        .orElse(""));
        page.addAttribute("csv", calls(query, Map.of()).replaceFirst("/usage/calls", "/usage/calls.csv"));
        return "usage/calls";
    }

    private UsageReports.Page page(UsageQuery query, String after) {
        try {
            return reports.calls(query, after, PAGE);
        } catch (IllegalArgumentException e) {
            return reports.calls(query, "", PAGE);
        }
    }

    private List<Chosen> chosen(UsageQuery query) {
        Map<String, String> set = parameters(query);
        List<Chosen> chosen = new ArrayList<>();
        UUID offer = query.offer();
        UUID key = query.key();
        UUID project = query.project();
        if (offer != null) {
            chosen.add(new Chosen(
                    "Model: " + names.models(List.of(offer)).getOrDefault(offer, "unknown"), without(set, "model")));
        }
        if (key != null) {
            chosen.add(
                    new Chosen("Key: " + names.keys(List.of(key)).getOrDefault(key, "unknown"), without(set, "key")));
        }
        if (project != null) {
            chosen.add(new Chosen(
                    "Project: " + names.projects().getOrDefault(project, "unknown"), without(set, "project")));
        }
        return chosen;
    }

    @GetMapping("/usage/calls/{id}")
    String call(@PathVariable UUID id, Model model) {
        UsageCall call = reports.call(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        story.fill(call, model);
        model.addAttribute("keyName", names.keys(List.of(call.keyId())).getOrDefault(call.keyId(), "Try it"));
        model.addAttribute("projectName", names.projects().getOrDefault(call.projectId(), ""));
        return "usage/call";
    }

    static Map<String, String> parameters(UsageQuery query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("from", query.from().toString());
        parameters.put("to", query.to().toString());
        put(parameters, "model", query.offer());
        put(parameters, "key", query.key());
        put(parameters, "project", query.project());
        put(parameters, "reason", query.reason());
        return parameters;
    }

    private static void put(Map<String, String> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value.toString());
        }
    }

    private static String calls(UsageQuery query, Map<String, String> more) {
        Map<String, String> parameters = parameters(query);
        parameters.putAll(more);
        return href(parameters);
    }

    private static String without(Map<String, String> set, String name) {
        Map<String, String> parameters = new LinkedHashMap<>(set);
        parameters.remove(name);
        return href(parameters);
    }

    private static String href(Map<String, String> parameters) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/usage/calls");
        parameters.forEach(address::queryParam);
        return address.encode().build().toUriString();
    }

    static @Nullable UUID uuid(String text) {
        try {
            return text.isEmpty() ? null : UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
