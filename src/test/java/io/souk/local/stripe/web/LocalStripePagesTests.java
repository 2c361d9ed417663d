package io.souk.local.stripe.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.billing.web.Paying;
import io.souk.identity.Person;
import io.souk.local.stripe.LocalStripe;
import io.souk.support.LocalStripeToItself;
import io.souk.support.SoukTest;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What an admin sees of the local Stripe, and its clock. */
@SoukTest
@LocalStripeToItself
class LocalStripePagesTests {
    @Autowired
    ApplicationContext context;

    @Autowired
    LocalStripe stripe;

    Visitor admin;

    @BeforeEach
    void begin() {
        Cast cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        Person root = cast.admin("root");
        cast.organisation(root);
        admin = cast.signedIn(root);
    }

    @Test
    void namesInPlainWordsWhatItKeepsAndTold() {
        Paying.topUp(admin, "20");
        assertThat(stripe.control().settled(Duration.ofSeconds(20))).isTrue();
        Visitor.Page page = admin.get("/admin/local-stripe");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "Payment page finished",
                        "Taken",
                        "/webhooks/stripe",
                        "data-test=\"clock-form\"",
                        ">Local Stripe</a>");
        assertThat(StripeWords.event("checkout.session.completed")).isEqualTo("Payment page finished");
        assertThat(StripeWords.event("invoice.marked_uncollectible")).isEqualTo("Invoice marked uncollectible");
        assertThat(StripeWords.event("customer.subscription.created")).isEqualTo("Subscription created");
        assertThat(StripeWords.object("credit_note")).isEqualTo("Credit note");
        assertThat(StripeWords.outcome("HTTP 200")).isEqualTo("Taken");
        assertThat(StripeWords.outcome("HTTP 500")).isEqualTo("Refused with HTTP 500");
        assertThat(StripeWords.outcome("ConnectException")).isEqualTo("ConnectException");
    }

    @Test
    void movesItsClockForwardByDaysAndNeverOtherwise() {
        Instant before = stripe.now();
        assertThat(admin.post("/admin/local-stripe/clock", Map.of("days", "3")).location())
                .isEqualTo("/admin/local-stripe");
        assertThat(Duration.between(before, stripe.now())).isBetween(Duration.ofDays(3), Duration.ofDays(4));
        assertThat(admin.get("/admin/local-stripe").body()).contains("went 3 days forward", "ahead of the machine");

        Instant then = stripe.now();
        for (String days : new String[] {"0", "-5", "63", "x", "1.5", "99999999999", ""}) {
            Visitor.Page refused = admin.post("/admin/local-stripe/clock", Map.of("days", days));
            assertThat(refused.status()).as(days).isEqualTo(422);
            assertThat(refused.body()).contains("forward by 1 to 62 days at a time, a whole number. It was not moved");
        }
        assertThat(Duration.between(then, stripe.now())).isLessThan(Duration.ofHours(1));
    }
}
