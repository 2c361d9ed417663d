package io.souk.billing.web;

import io.souk.billing.Receipts;
import io.souk.billing.Statements;
import io.souk.billing.TopUpView;
import io.souk.billing.TopUps;
import io.souk.billing.WalletView;
import io.souk.billing.Wallets;
import io.souk.portal.DayRange;
import io.souk.portal.Formats;
import io.souk.tenancy.access.BillingRole;
import java.math.BigInteger;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** What is left, how it got there, and what was paid. */
@Controller
@BillingRole
class BillingPages {
    private static final int PAGE = 50;
    private static final int PAYMENTS = 20;
    private static final int PENDING = 3;
    private static final int PACE_DAYS = 7;
    private static final int MOST_DAYS = 366;

    private final Wallets wallets;
    private final Statements statements;
    private final TopUps topUps;
    private final Receipts receipts;
    private final Invoicing invoicing;
    private final Formats formats;
    private final Clock clock;

    BillingPages(
            Wallets wallets,
            Statements statements,
            TopUps topUps,
            Receipts receipts,
            Invoicing invoicing,
            Formats formats,
            Clock clock) {
        this.wallets = wallets;
        this.statements = statements;
        this.topUps = topUps;
        this.receipts = receipts;
        this.invoicing = invoicing;
        this.formats = formats;
        this.clock = clock;
    }

    @BillingRole
    @GetMapping("/billing")
    String billing(
            @RequestParam(defaultValue = "") String range,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String account,
            @RequestParam(defaultValue = "1") String page,
            Model model) {
        WalletView wallet = wallets.wallet();
        model.addAttribute("wallet", wallet);
        model.addAttribute("low", BillingFigures.isLow(wallet));
        model.addAttribute("possible", topUps.isPossible());
        List<TopUpView> pending =
                topUps.latest().stream().filter(BillingPages::isPending).toList();
        int shown = Math.min(PENDING, pending.size());
        model.addAttribute("pending", pending.subList(0, shown));
        model.addAttribute("morePending", pending.subList(shown, pending.size()));
        List<Receipts.Receipt> newest = receipts.newest(PAYMENTS + 1);
        model.addAttribute("receipts", newest.size() > PAYMENTS ? newest.subList(0, PAYMENTS) : newest);
        model.addAttribute("moreReceipts", newest.size() > PAYMENTS);
        boolean invoiced = invoicing.fill(model);
        Statements.Account chosen =
                invoiced && account.equals("invoice") ? Statements.Account.INVOICE : Statements.Account.WALLET;
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        model.addAttribute("lasts", lasts(wallet, today));
        fill(StatementView.of(statements, chosen, DayRange.of(range, from, to, today), number(page), PAGE), model);
        return "billing/billing";
    }

    /** For how many days credit lasts at the pace of the last full week; empty if nothing was used or it is over a year. */
    private String lasts(WalletView wallet, LocalDate today) {
        long week = statements
                .used(Statements.Account.WALLET, today.minusDays(PACE_DAYS), today.minusDays(1))
                .nanos();
        if (week <= 0 || wallet.balance().nanos() <= 0) {
            return "";
        }
        BigInteger days = BigInteger.valueOf(wallet.balance().nanos())
                .multiply(BigInteger.valueOf(PACE_DAYS))
                .divide(BigInteger.valueOf(week));
        return days.compareTo(BigInteger.valueOf(MOST_DAYS)) > 0
                ? ""
                : days.signum() == 0 ? "less than a day" : formats.count(days.longValueExact(), "day");
    }

    private static void fill(StatementView view, Model model) {
        model.addAttribute("statement", view);
        view.range().fill(model, "month", "30d", "90d", "year");
    }

    /** A payment that was begun and may still come to something. */
    private static boolean isPending(TopUpView order) {
        return order.state() == TopUpView.State.OPEN;
    }

    private static int number(String page) {
        return page.matches("[1-9]\\d{0,5}") ? Integer.parseInt(page) : 1;
    }

    @BillingRole
    @GetMapping("/billing/receipts")
    String receipts(Model model) {
        model.addAttribute("receipts", receipts.newest(1_000));
        return "billing/receipts";
    }

    @BillingRole
    @GetMapping("/billing/receipts/{number}")
    String receipt(@PathVariable String number, Model model) {
        model.addAttribute(
                "receipt", receipts.find(number).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
        return "billing/receipt";
    }
}
