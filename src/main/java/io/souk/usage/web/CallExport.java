package io.souk.usage.web;

import io.souk.kernel.TokenClass;
import io.souk.portal.DayRange;
import io.souk.tenancy.access.AnyMember;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageLine;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The calls of a range as CSV (RFC 4180): exact decimals, and no cell that a spreadsheet would take for a formula. */
@Controller
@AnyMember
class CallExport {
    private static final long MOST = 500_000;
    private static final int AT_ONCE = 1_000;

    private final UsageReports reports;
    private final UsageNames names;
    private final Clock clock;

    CallExport(UsageReports reports, UsageNames names, Clock clock) {
        this.reports = reports;
        this.names = names;
        this.clock = clock;
    }

    @GetMapping("/usage/calls.csv")
    void export(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String model,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "") String project,
            @RequestParam(defaultValue = "") String reason,
            HttpServletResponse response)
            throws IOException {
        DayRange days = DayRange.of(range, from, to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
                .orRefuse();
        UsageQuery query = new UsageQuery(
                days.from(),
                days.to(),
                UsagePages.uuid(model),
                UsagePages.uuid(key),
                UsagePages.uuid(project),
                CallWords.known(reason));
        long calls = reports.sums(query, UsageReports.Group.TOTAL).stream()
                .mapToLong(UsageLine::calls)
                .sum();
        if (calls > MOST) {
            throw new ResponseStatusException(
                    HttpStatus.CONTENT_TOO_LARGE, "Choose fewer days: a file has at most " + MOST + " calls.");
        }
        response.setContentType("text/csv; charset=utf-8; header=present");
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"souk-calls-" + days.from() + "-to-" + days.to() + ".csv\"");
        Writer out = response.getWriter();
        write(out, headings());
        Map<UUID, String> projects = names.projects();
        Map<UUID, String> keys = new HashMap<>();
        String cursor = "";
        for (long written = 0; written <= MOST; written += AT_ONCE) {
            UsageReports.Page page = reports.calls(query, cursor, AT_ONCE);
            Set<UUID> unknown = page.calls().stream()
                    .map(UsageCall::keyId)
                    .filter(id -> !keys.containsKey(id))
                    .collect(Collectors.toSet());
            if (!unknown.isEmpty()) {
                keys.putAll(names.keys(unknown));
            }
            for (UsageCall call : page.calls()) {
                write(
                        out,
                        cells(call, keys.getOrDefault(call.keyId(), ""), projects.getOrDefault(call.projectId(), "")));
            }
            if (page.next().isEmpty()) {
                break;
            }
            cursor = page.next().get();
        }
        out.flush();
    }

    private static List<String> headings() {
        List<String> cells = new ArrayList<>(List.of(
                "call_id",
                "started_at",
                "ended_at",
                "request_id",
                "model",
                "operation",
                "key",
                "project",
                "status",
                "reason",
                "count_source"));
        for (TokenClass tokenClass : TokenClass.values()) {
            cells.add(tokenClass.label());
        }
        cells.addAll(List.of("currency", "cost", "charge"));
        return cells;
    }

    private static List<String> cells(UsageCall call, String key, String project) {
        List<String> cells = new ArrayList<>(List.of(
                call.id().toString(),
                call.startedAt().toString(),
                call.endedAt().toString(),
                call.requestId(),
                call.model(),
                call.operation(),
                key,
                project,
                Integer.toString(call.status()),
                call.reason().label(),
                call.source().label()));
        for (TokenClass tokenClass : TokenClass.values()) {
            cells.add(Long.toString(call.counts().get(tokenClass)));
        }
        cells.add(call.currency());
        cells.add(call.costPicos().movePointLeft(12).setScale(12).toPlainString());
        cells.add(BigDecimal.valueOf(call.chargeNanos(), 9).toPlainString());
        return cells;
    }

    private static void write(Writer out, List<String> cells) throws IOException {
        out.write(cells.stream().map(CallExport::cell).collect(Collectors.joining(",")));
        out.write("\r\n");
    }

    /** A cell as text: quoted where it must be, and led by an apostrophe where a spreadsheet would calculate it. */
    static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
