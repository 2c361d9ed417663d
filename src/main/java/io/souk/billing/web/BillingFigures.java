package io.souk.billing.web;

import io.souk.billing.WalletView;
import io.souk.billing.Wallets;
import io.souk.kernel.Money;
import io.souk.portal.Formats;
import io.souk.portal.OverviewContributor;
import io.souk.portal.Shells;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** What is left, on the overview of whoever sees to the money, and the way to more. */
@Component
class BillingFigures implements OverviewContributor {
    /** Below so much, credit is called low. */
    private static final long LOW_NANOS = 2 * Money.NANOS_PER_UNIT;

    private static final String DEVELOPER = "DEVELOPER";

    private final Wallets wallets;
    private final Formats formats;
    private final Shells shells;

    BillingFigures(Wallets wallets, Formats formats, Shells shells) {
        this.wallets = wallets;
        this.formats = formats;
        this.shells = shells;
    }

    static boolean isLow(WalletView wallet) {
        return wallet.creditLineLeft().nanos() <= 0 && wallet.credit().nanos() < LOW_NANOS;
    }

    private static boolean isEmpty(WalletView wallet) {
        return wallet.creditLineLeft().nanos() <= 0 && wallet.credit().nanos() <= 0;
    }

    private boolean seesMoney() {
        return !shells.current().roles().contains(DEVELOPER);
    }

    @Override
    public List<Figure> figures() {
        if (!seesMoney()) {
            return List.of();
        }
        WalletView wallet = wallets.wallet();
        return List.of(new Figure(
                10,
                "Credit left",
                money(wallet.credit()),
                note(wallet),
                isLow(wallet) ? "/billing/top-up" : "/billing"));
    }

    private String note(WalletView wallet) {
        if (isEmpty(wallet)) {
            return "calls are refused until you add credit";
        }
        List<String> notes = new ArrayList<>();
        if (isLow(wallet)) {
            notes.add("running low");
        }
        if (wallet.promotional().nanos() > 0) {
            notes.add((wallet.balance().nanos() <= 0 ? "all" : money(wallet.promotional())) + " of it promotional");
        }
        if (wallet.creditLineLeft().nanos() > 0) {
            notes.add("and " + money(wallet.creditLineLeft()) + " on invoice");
        }
        return String.join(", ", notes);
    }

    private String money(Money amount) {
        return formats.money(amount.nanos(), amount.currency());
    }

    @Override
    public List<Step> steps() {
        boolean done = !isEmpty(wallets.wallet());
        return seesMoney()
                ? List.of(new Step(
                        10,
                        "Add credit",
                        "Calls are paid from credit that you buy beforehand. Nothing is charged by the month.",
                        "/billing/top-up",
                        "Add credit",
                        done))
                : List.of(new Step(
                        10,
                        "Credit",
                        "Your organisation has none left. An owner, or who has the billing role, can add some.",
                        "/organisation",
                        "See who",
                        done));
    }
}
