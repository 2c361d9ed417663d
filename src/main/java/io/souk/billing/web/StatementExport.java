package io.souk.billing.web;

import io.souk.billing.Statements;
import io.souk.portal.DayRange;
import io.souk.tenancy.access.BillingRole;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** A statement as CSV (RFC 4180): exact decimals, and no cell that a spreadsheet would take for a formula. */
@Controller
@BillingRole
class StatementExport {
    private final Statements statements;
    private final Clock clock;

    StatementExport(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    @BillingRole
    @GetMapping("/billing/statement.csv")
    void export(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String account,
            HttpServletResponse response)
            throws IOException {
        DayRange days = DayRange.of(range, from, to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
                .orRefuse();
        Statements.Account chosen = account.equals("invoice") ? Statements.Account.INVOICE : Statements.Account.WALLET;
        Statements.Statement statement = statements.of(chosen, days.from(), days.to());
        if (!statement.complete()) {
            throw new ResponseStatusException(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "Choose fewer days: a file has at most " + Statements.MOST + " lines.");
        }
        response.setContentType("text/csv; charset=utf-8; header=present");
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"souk-" + (chosen == Statements.Account.INVOICE ? "invoice" : "credit")
                        + "-statement-" + days.from() + "-to-" + days.to() + ".csv\"");
        Writer out = response.getWriter();
        String currency = statement.opening().currency();
        write(
                out,
                List.of(
                        "day",
                        "booked_at",
                        "kind",
                        "description",
                        "receipt",
                        "entries",
                        "currency",
                        "amount",
                        "balance"));
        write(
                out,
                List.of(
                        days.from().toString(),
                        "",
                        "opening",
                        "Before the first day",
                        "",
                        "",
                        currency,
                        "",
                        exact(statement.opening().nanos())));
        for (Statements.Line line : statement.lines().reversed()) {
            write(
                    out,
                    List.of(
                            line.day().toString(),
                            line.at() == null ? "" : line.at().toString(),
                            line.kind().name().toLowerCase(Locale.ROOT),
                            line.description(),
                            line.receipt() == null ? "" : line.receipt(),
                            Long.toString(line.entries()),
                            currency,
                            exact(line.amount().nanos()),
                            exact(line.balance().nanos())));
        }
        write(
                out,
                List.of(
                        days.to().toString(),
                        "",
                        "closing",
                        "After the last day",
                        "",
                        "",
                        currency,
                        "",
                        exact(statement.closing().nanos())));
        out.flush();
    }

    private static String exact(long nanos) {
        return java.math.BigDecimal.valueOf(nanos, 9).toPlainString();
    }

    private static void write(Writer out, List<String> cells) throws IOException {
        out.write(cells.stream().map(StatementExport::cell).collect(Collectors.joining(",")));
        out.write("\r\n");
    }

    /** A number stays one, below zero too; a text that a spreadsheet would calculate is led by an apostrophe. */
    static String cell(String text) {
        boolean number = text.matches("-?\\d+(\\.\\d+)?");
        String safe = !number && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
