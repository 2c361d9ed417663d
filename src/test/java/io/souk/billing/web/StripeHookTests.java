package io.souk.billing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.stripe.net.Webhook;
import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.local.stripe.LocalStripe;
import io.souk.support.LocalStripeToItself;
import io.souk.support.SoukTest;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Stripe tells: genuine, once, and read anew from Stripe before it means anything. */
@SoukTest
@LocalStripeToItself
class StripeHookTests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Autowired
    ApplicationContext context;

    @Autowired
    LocalStripe stripe;

    @Autowired
    JsonMapper json;

    Cast cast;
    TenantId tenant;
    Visitor customer;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        Person owner = cast.person("olga");
        tenant = cast.organisation(owner);
        customer = cast.signedIn(owner);
    }

    private String secret() {
        JsonNode endpoints = json.readTree(stripe.control().dump("webhook_endpoint"));
        return endpoints.get("data").get(0).get("_secret").asString();
    }

    private static String event(String id, String type, String object) {
        return """
            {"id":"%s","object":"event","api_version":"2026-07-29.dahlia","created":1795000000,"type":"%s",\
            "livemode":false,"pending_webhooks":1,"data":{"object":{"id":"%s","object":"checkout.session",\
            "payment_status":"paid","amount_total":999999}}}\
            """.formatted(id, type, object);
    }

    private int tell(String body, String signature) {
        return cast.visitor()
                .send(HttpRequest.newBuilder(customer.at("/webhooks/stripe"))
                        .header("Content-Type", "application/json")
                        .header("Stripe-Signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)))
                .status();
    }

    private String signed(String body, long at) throws Exception {
        return "t=" + at + ",v1=" + Webhook.Util.computeHmacSha256(secret(), at + "." + body);
    }

    private long now() {
        return stripe.now().getEpochSecond();
    }

    private int stored(String id) {
        return cast.database
                .sql("select count(*) from billing.stripe_events where id = ?")
                .param(id)
                .query(Integer.class)
                .single();
    }

    private String state(String id) {
        return cast.database
                .sql("select state from billing.stripe_events where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private static String id() {
        return "evt_" + UUID.randomUUID().toString().replace("-", "");
    }

    @Test
    void refusesWhatIsNotSignedRightOrNotOfNow() throws Exception {
        String id = id();
        String body = event(id, "checkout.session.completed", "cs_1");
        assertThat(tell(body, "")).isEqualTo(400);
        assertThat(tell(body, "t=" + now() + ",v1=" + "0".repeat(64))).isEqualTo(400);
        assertThat(tell(body + " ", signed(body, now()))).isEqualTo(400);
        assertThat(tell(body, signed(body, now() - 310))).isEqualTo(400);
        assertThat(tell(body, signed(body, now() + 310))).isEqualTo(400);
        assertThat(tell("not json", signed("not json", now()))).isEqualTo(400);
        assertThat(stored(id)).isZero();

        assertThat(tell(body, signed(body, now() - 290))).isEqualTo(200);
        assertThat(stored(id)).isEqualTo(1);
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        assertThat(tell("x".repeat((1 << 20) + 1), "t=1,v1=1")).isEqualTo(413);
    }

    @Test
    void storesARepeatedEventOnceAndAnswersItAlike() throws Exception {
        String id = id();
        String body = event(id, "customer.updated", "cus_1");
        for (int i = 0; i < 3; i++) {
            assertThat(tell(body, signed(body, now()))).isEqualTo(200);
        }
        assertThat(stored(id)).isEqualTo(1);
    }

    @Test
    void ignoresAnEventOfAnObjectThatIsNotOurs() throws Exception {
        String id = id();
        String body = event(id, "checkout.session.completed", "cs_of_somebody_else");
        assertThat(tell(body, signed(body, now()))).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> state(id).equals("ignored"));
    }

    @Test
    void believesNothingThatAnEventSaysAndReadsTheObjectAnew() throws Exception {
        String checkout = Paying.checkout(customer, "20");
        String session = checkout.substring(checkout.lastIndexOf('/') + 1);
        String id = id();
        String body = event(id, "checkout.session.completed", session);
        assertThat(tell(body, signed(body, now()))).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> state(id).equals("applied"));
        assertThat(Paying.balance(customer.get("/billing"))).isZero();
    }

    @Test
    void creditsAPaymentWhoseCustomerNeverCameBack() {
        Paying.topUp(customer, "20");
        await().atMost(PATIENCE).until(() -> Paying.balance(customer.get("/billing")) == 20_000_000_000L);
        assertThat(customer.get("/billing").body()).contains("SIM-");
    }

    @Test
    void creditsOnceWhenEventsComeTwiceAndInDisorder() {
        stripe.control().hold();
        Paying.topUp(customer, "20");
        stripe.control().duplicateNext(10);
        stripe.control().release(true);
        assertThat(stripe.control().settled(PATIENCE)).isTrue();
        await().atMost(PATIENCE).until(() -> Paying.balance(customer.get("/billing")) > 0);
        assertThat(Paying.balance(customer.get("/billing"))).isEqualTo(20_000_000_000L);
    }
}
