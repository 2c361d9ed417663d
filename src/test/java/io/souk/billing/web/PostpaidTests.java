package io.souk.billing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.billing.Funded;
import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.local.stripe.LocalStripe;
import io.souk.support.LocalStripeToItself;
import io.souk.support.SoukTest;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** An organisation on invoice, from its approval to a paid invoice that agrees with our statement to the nano. */
@SoukTest
@LocalStripeToItself
class PostpaidTests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Autowired
    ApplicationContext context;

    @Autowired
    LocalStripe stripe;

    Cast cast;
    TenantId tenant;
    Visitor customer;
    Visitor admin;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        Person owner = cast.person("olga");
        tenant = cast.organisation(owner);
        customer = cast.signedIn(owner);
        admin = cast.signedIn(cast.admin("root"));
    }

    @AfterEach
    void recover() {
        stripe.control().recover();
    }

    private String page() {
        return "/admin/organisations/" + tenant + "/billing";
    }

    private Visitor.Page approve(String line) {
        return admin.post(
                page() + "/approve",
                Map.of("line", line, "invoiceName", "Olga Ltd", "invoiceEmail", "books@example.org"));
    }

    private static long nanos(String page, String hook) {
        String found = page.replaceFirst("(?s).*?data-test=\"" + hook + "\".*?data-nanos=\"(-?\\d+)\".*", "$1");
        assertThat(found).as(hook).matches("-?\\d+");
        return Long.parseLong(found);
    }

    private long sum(String account) {
        return cast.database
                .sql("select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_entries"
                        + " where tenant_id = ? and account = ?")
                .params(tenant.value(), account)
                .query(Long.class)
                .single();
    }

    @Test
    void invoicesWhatWasUsedAndAgreesWithTheStatementToTheNano() {
        customer.get(Paying.topUp(customer, "5"));
        assertThat(approve("100").location()).isEqualTo(page());
        Funded funded = Funded.of(context, tenant);
        funded.useOnInvoice(12_345_678_901L);
        funded.useOnInvoice(7_000_000_999L);
        funded.report();
        funded.useOnInvoice(400L);
        funded.report();

        String open = customer.get("/billing").body();
        long used = 12_345_678_901L + 7_000_000_999L + 400L;
        assertThat(nanos(open, "open-used")).isEqualTo(used);
        assertThat(nanos(open, "open-counted") + nanos(open, "open-carried")).isEqualTo(used);
        assertThat(nanos(open, "open-carried")).isBetween(0L, 999L);
        assertThat(nanos(open, "owed")).isEqualTo(used);

        stripe.advance(Duration.ofDays(32));
        await().atMost(PATIENCE).until(() -> invoiceState().equals("paid"));

        String page = customer.get("/billing").body();
        assertThat(nanos(page, "used")).isEqualTo(used);
        assertThat(nanos(page, "carried-in")).isZero();
        long carried = nanos(page, "carried-out");
        long counted = nanos(page, "counted");
        assertThat(counted).isEqualTo(used - carried);
        assertThat(carried).isEqualTo(used % 1_000);
        assertThat(nanos(page, "asked")).isEqualTo(19_350_000_000L);
        assertThat(nanos(page, "rounding")).isEqualTo(19_350_000_000L - counted);
        assertThat(page).doesNotContain(">differs<");
        // the ledger says the same: what is owed now is only what was carried on, and the cents are accounted for
        assertThat(sum("customer_receivable")).isEqualTo(-carried);
        assertThat(sum("rounding")).isEqualTo(19_350_000_000L - counted);
        assertThat(sum("stripe_clearing")).isEqualTo(-5_000_000_000L - 19_350_000_000L);
        assertThat(nanos(page, "owed")).isEqualTo(carried);
        Visitor.Page statement = customer.get("/billing?account=invoice");
        assertThat(statement.body()).contains("data-test=\"line-INVOICE\"", "data-test=\"line-USAGE\"");
    }

    @Test
    void aCommaNeverMultipliesACreditLine() {
        for (String line : List.of("1,5", "10,50", "1.000,50", ",5", "1000,500")) {
            Visitor.Page refused = approve(line);
            assertThat(refused.status()).as(line).isEqualTo(422);
            assertThat(refused.body()).as(line).contains("data-test=\"error-line\"", "a comma only");
        }
        assertThat(approve("1,000").body()).contains("data-test=\"error-line\"", "Write 1000 or 1.00.");
        assertThat(approve("1,000.50").location()).isEqualTo(page());
        assertThat(admin.get(page()).body()).contains("value=\"1000.5\"");
    }

    @Test
    void writesNoInvoiceToANameThatIsNone() {
        for (String name : List.of(" ", "Bright\u202eFuture", "two\nlines", "\uD83C\uDFEA".repeat(101))) {
            Visitor.Page refused = admin.post(
                    page() + "/approve",
                    Map.of("line", "100", "invoiceName", name, "invoiceEmail", "books@example.org"));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body())
                    .contains("data-test=\"error-invoiceName\"")
                    .doesNotContain("error-line");
        }
        assertThat(admin.post(
                                page() + "/approve",
                                Map.of(
                                        "line",
                                        "100",
                                        "invoiceName",
                                        "\uD83C\uDFEA".repeat(100),
                                        "invoiceEmail",
                                        "books@example.org"))
                        .location())
                .isEqualTo(page());
    }

    private String invoiceState() {
        return cast.database
                .sql("select state from billing.invoices where tenant_id = ? order by period_end limit 1")
                .param(tenant.value())
                .query(String.class)
                .optional()
                .orElse("none");
    }

    @Test
    void reportsUsageOnceWhenStripesAnswerIsLost() {
        approve("100");
        Funded funded = Funded.of(context, tenant);
        funded.useOnInvoice(2_000_000_000L);
        stripe.control().dropNext(1);
        funded.report();
        await().atMost(PATIENCE).until(() -> {
            funded.report();
            return nanos(customer.get("/billing").body(), "open-counted") == 2_000_000_000L;
        });
        stripe.advance(Duration.ofDays(32));
        await().atMost(PATIENCE).until(() -> !invoiceState().matches("none|draft"));
        assertThat(nanos(customer.get("/billing").body(), "counted")).isEqualTo(2_000_000_000L);
    }

    @Test
    void approvesWhileStripeIsAwayAndCatchesUp() {
        stripe.control().failNext(20, 503);
        assertThat(approve("100").location()).isEqualTo(page());
        assertThat(admin.get(page()).body()).contains("By invoice", "Stripe did not answer");
        stripe.control().recover();
        assertThat(approve("200").location()).isEqualTo(page());
        assertThat(admin.get(page()).body())
                .contains("By invoice", "of at most $200.00")
                .doesNotContain("Stripe did not answer");
    }

    @Test
    void withdrawsAndStillInvoicesWhatWasUsed() {
        approve("100");
        Funded funded = Funded.of(context, tenant);
        funded.useOnInvoice(3_000_000_000L);
        funded.report();
        assertThat(admin.post(page() + "/withdraw", Map.of()).location()).isEqualTo(page());
        assertThat(admin.get(page()).body()).contains("Beforehand");
        assertThat(funded.counters()).hasSize(1);
        assertThat(customer.get("/billing").body()).contains("Payment by invoice has ended", "There is no credit left");
        assertThat(admin.get("/admin/organisations/" + tenant).body()).contains(page());

        stripe.advance(Duration.ofDays(32));
        await().atMost(PATIENCE).until(() -> !invoiceState().matches("none|draft"));
        assertThat(nanos(customer.get("/billing").body(), "counted")).isEqualTo(3_000_000_000L);

        // approved again, it is invoiced by a new subscription from now on
        approve("50");
        assertThat(admin.get(page()).body()).contains("By invoice").doesNotContain("Stripe did not answer");
        assertThat(funded.counters()).hasSize(2);
    }

    @Test
    void refusesALineThatIsNoneOrBelowWhatIsOwed() {
        for (String line : java.util.List.of("", "0", "-1", "abc", "1000001")) {
            assertThat(approve(line).status()).as(line).isEqualTo(422);
        }
        assertThat(admin.get(page()).body()).contains("Beforehand");
        approve("100");
        Funded.of(context, tenant).useOnInvoice(50_000_000_000L);
        Visitor.Page refused = approve("10");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("data-test=\"error-line\"", "already owed");
        assertThat(admin.get("/admin/organisations/" + java.util.UUID.randomUUID() + "/billing")
                        .status())
                .isEqualTo(404);
    }
}
