package io.souk.billing.web;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** Buying credit, as a customer's browser does it: through our pages, Stripe's page, and back. */
@SoukTest
@LocalStripeToItself
class TopUpPagesTests {
    private static final long TWENTY = 20_000_000_000L;

    @Autowired
    ApplicationContext context;

    @Autowired
    LocalStripe stripe;

    Cast cast;
    Person owner;
    TenantId tenant;
    Visitor visitor;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        visitor = cast.signedIn(owner);
    }

    @AfterEach
    void letWebhooksGo() {
        stripe.control().recover();
        stripe.control().release(false);
    }

    private long ledger() {
        return cast.database
                .sql("select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_entries"
                        + " where tenant_id = ? and account = 'customer_wallet'")
                .param(tenant.value())
                .query(Long.class)
                .single();
    }

    private int count(String table) {
        return cast.database
                .sql("select count(*) from " + table + " where tenant_id = ?")
                .param(tenant.value())
                .query(Integer.class)
                .single();
    }

    @Test
    void creditsAPaymentAndGivesItAReceiptBeforeAnyWebhookComes() {
        stripe.control().hold();
        String back = Paying.topUp(visitor, "20");

        Visitor.Page result = visitor.get(back);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.body()).contains("data-test=\"outcome-paid\"", "Credit added");
        assertThat(Paying.balance(result)).isEqualTo(TWENTY);
        assertThat(ledger()).isEqualTo(TWENTY);
        Visitor.Page receipt = visitor.get("/billing/receipts/" + Paying.receipt(result));
        assertThat(receipt.body())
                .contains("olga Ltd", "$20.00", "Visa ending in 4242", "data-test=\"simulated-note\"", ">pi_");
        assertThat(visitor.get("/billing").body()).contains(Paying.receipt(result));
        assertThat(Paying.balance(visitor.get("/billing"))).isEqualTo(TWENTY);
    }

    @Test
    void creditsOnceHoweverOftenTheResultIsReadAndTheWebhookComes() {
        String back = Paying.topUp(visitor, "20");
        for (int i = 0; i < 3; i++) {
            assertThat(visitor.get(back).body()).contains("data-test=\"outcome-paid\"");
        }
        assertThat(stripe.control().settled(Duration.ofSeconds(10))).isTrue();
        visitor.get(back + "&again=1");
        assertThat(ledger()).isEqualTo(TWENTY);
        assertThat(count("billing.receipts")).isEqualTo(1);
    }

    @Test
    void makesOneOrderOfADoubleClickAndSaysWhatBecameOfItWhenTheFormIsSentAgain() throws Exception {
        String key = Paying.key(visitor);
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            Callable<String> click = () -> Paying.order(visitor, key, "20").location();
            List<Future<String>> led = both.invokeAll(List.of(click, click), 30, TimeUnit.SECONDS);
            String checkout = led.getFirst().get();
            assertThat(checkout).startsWith("/local/stripe/checkout/");
            assertThat(led.getLast().get()).isEqualTo(checkout);
            visitor.get(Paying.pay(visitor, checkout, Paying.WORKS).location());
        }
        assertThat(count("billing.top_ups")).isEqualTo(1);

        // Back to the form, and once more
        Visitor.Page again = Paying.order(visitor, key, "20");

        assertThat(again.location()).startsWith("/billing/top-ups/");
        assertThat(visitor.get(again.location()).body()).contains("data-test=\"outcome-paid\"");
        assertThat(ledger()).isEqualTo(TWENTY);
    }

    @Test
    void takesAnotherAmountFromTheSameFormAsAnotherOrder() {
        String key = Paying.key(visitor);
        String twenty = Paying.order(visitor, key, "20").location();
        String fifty = Paying.order(visitor, key, "50").location();
        assertThat(fifty).isNotEqualTo(twenty);
        assertThat(visitor.get(fifty).body()).contains("USD 50.00");
    }

    @Test
    void doesNotPayTwiceWhenStripesPageIsSentAgain() {
        String checkout = Paying.checkout(visitor, "20");
        String back = Paying.pay(visitor, checkout, Paying.WORKS).location();
        Paying.pay(visitor, checkout, Paying.WORKS);
        visitor.get(back);
        assertThat(ledger()).isEqualTo(TWENTY);
    }

    @Test
    void saysThatAPaymentWasCancelledAndClosesItsPage() {
        String checkout = Paying.checkout(visitor, "20");
        String cancel = cancelAddress(checkout);

        Visitor.Page page = visitor.get(cancel);

        assertThat(page.body())
                .contains("data-test=\"outcome-cancelled\"", "Nothing was charged", "data-test=\"try-again\"");
        assertThat(visitor.get(checkout).body()).contains("data-test=\"checkout-expired\"");
        assertThat(ledger()).isZero();
    }

    private String cancelAddress(String checkout) {
        String body = visitor.get(checkout).body();
        return body.replaceFirst(
                "(?s).*href=\"https?://[^/\"]+(/billing/top-ups/[^\"]+)\" data-test=\"cancel\".*", "$1");
    }

    @Test
    void saysThatACardWasDeclinedAndLetsAnotherPay() {
        String checkout = Paying.checkout(visitor, "20");
        assertThat(Paying.pay(visitor, checkout, Paying.DECLINED).body()).contains("data-test=\"declined\"");
        String result = cancelAddress(checkout).replace("/cancelled", "");

        assertThat(visitor.get(result).body())
                .contains("data-test=\"outcome-declined\"", "declined", "Nothing was charged", "continue-to-payment");
        assertThat(ledger()).isZero();

        visitor.get(Paying.pay(visitor, checkout, Paying.WORKS).location());
        assertThat(visitor.get(result).body()).contains("data-test=\"outcome-paid\"");
        assertThat(ledger()).isEqualTo(TWENTY);
    }

    @Test
    void saysThatACardWasDeclinedWhenTheCustomerGaveUpAfterIt() {
        String checkout = Paying.checkout(visitor, "20");
        Paying.pay(visitor, checkout, Paying.DECLINED);
        assertThat(visitor.get(cancelAddress(checkout)).body())
                .contains("data-test=\"outcome-declined\"", "data-test=\"try-again\"");
    }

    @Test
    void saysThatAPaymentPageExpired() {
        String checkout = Paying.checkout(visitor, "20");
        String result = cancelAddress(checkout).replace("/cancelled", "");
        stripe.advance(Duration.ofDays(2));

        assertThat(visitor.get(result).body()).contains("data-test=\"outcome-expired\"", "Nothing was charged");
        assertThat(visitor.get("/billing").body()).doesNotContain("data-test=\"pending\"");
        assertThat(ledger()).isZero();
    }

    @Test
    void saysThatStripeIsAwayAndLosesNothing() {
        String key = Paying.key(visitor);
        stripe.control().failNext(20, 503);
        Visitor.Page away = Paying.order(visitor, key, "20");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.body()).contains("does not answer at the moment", "value=\"20\"", key);
        stripe.control().recover();

        String checkout = Paying.order(visitor, key, "20").location();
        String back = Paying.pay(visitor, checkout, Paying.WORKS).location();
        stripe.control().failNext(20, 503);
        assertThat(visitor.get(back).body()).contains("data-test=\"outcome-unknown\"", "Do not pay a second time");
        stripe.control().recover();

        assertThat(visitor.get(back).body()).contains("data-test=\"outcome-paid\"");
        assertThat(ledger()).isEqualTo(TWENTY);
        assertThat(count("billing.top_ups")).isEqualTo(1);
    }

    @Test
    void showsAnOtherOrganisationsPaymentsToNobody() {
        String back = Paying.topUp(visitor, "20");
        String receipt = Paying.receipt(visitor.get(back));
        Person stranger = cast.person("stan");
        cast.organisation(stranger);
        Visitor other = cast.signedIn(stranger);
        for (String path :
                List.of(back, "/billing/top-ups/" + Paying.id(back) + "/cancelled", "/billing/receipts/" + receipt)) {
            assertThat(other.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(other.post("/billing/top-ups/" + Paying.id(back) + "/cancel", Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(other.get("/billing").body()).doesNotContain(receipt);
        assertThat(visitor.get("/billing/top-ups/" + UUID.randomUUID()).status())
                .isEqualTo(404);
        assertThat(visitor.get("/billing/top-ups/none").status()).isBetween(400, 404);
    }

    @Test
    void refusesAmountsThatAreNoneAndSaysTheLimits() {
        for (String amount : List.of(
                "",
                "abc",
                "-5",
                "4.99",
                "5000.01",
                "10.001",
                "1e3",
                "10,50",
                "1,500",
                "1000,500",
                "9999999999999999999")) {
            Visitor.Page page = Paying.order(visitor, Paying.key(visitor), amount);
            assertThat(page.status()).as(amount).isEqualTo(422);
            assertThat(page.body()).as(amount).contains("data-test=\"error-amount\"");
        }
        assertThat(count("billing.top_ups")).isZero();
        assertThat(visitor.get("/billing/top-up").body()).contains("between 5 and 5000 USD");
        assertThat(Paying.order(visitor, Paying.key(visitor), "$1,234.50").location())
                .startsWith("/local/stripe/checkout/");
    }

    @Test
    void numbersReceiptsWithoutGaps() {
        String first = Paying.receipt(visitor.get(Paying.topUp(visitor, "20")));
        // a payment that is not booked takes no number
        context.getBean("systemTransactions", TransactionTemplate.class).executeWithoutResult(status -> {
            cast.database
                    .sql("select billing.next_receipt_number('Souk', true, 2026)")
                    .query(String.class)
                    .single();
            status.setRollbackOnly();
        });
        String second = Paying.receipt(visitor.get(Paying.topUp(visitor, "30")));
        assertThat(number(second)).isEqualTo(number(first) + 1);
        List<@Nullable Integer> all = cast.database
                .sql("select substring(number from '\\d{6}$')::int from billing.receipts where number like 'SIM-%'"
                        + " order by 1")
                .query(Integer.class)
                .list();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(i + 1);
        }
    }

    private static int number(String receipt) {
        return Integer.parseInt(receipt.substring(receipt.length() - 6));
    }
}
