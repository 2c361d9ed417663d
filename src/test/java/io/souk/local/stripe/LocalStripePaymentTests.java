package io.souk.local.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.WebhookEndpoint;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.net.Webhook;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Payments through stripe-java: Checkout, saved cards, refunds, webhooks, and what goes wrong with each. */
class LocalStripePaymentTests {
    private final RunningStripe stripe = new RunningStripe();
    private final StripeClient client = stripe.client();

    @AfterEach
    void everyAnswerCouldHaveComeFromStripe() {
        stripe.close();
        assertThat(stripe.problems).isEmpty();
    }

    private static CardEntry card(String number) {
        return new CardEntry(number, "12/30", "123", "Ada Example", "ada@example.org");
    }

    private Customer customer() throws StripeException {
        return client.v1()
                .customers()
                .create(CustomerCreateParams.builder()
                        .setEmail("ada@example.org")
                        .setName("Ada Example")
                        .putMetadata("organisation", "o-1")
                        .build());
    }

    private Session session(Customer customer) throws StripeException {
        return client.v1()
                .checkout()
                .sessions()
                .create(SessionCreateParams.builder()
                        .setMode(SessionCreateParams.Mode.PAYMENT)
                        .setCustomer(customer.getId())
                        .setClientReferenceId("order-1")
                        .setSuccessUrl("http://localhost:8080/billing/done?session={CHECKOUT_SESSION_ID}")
                        .setCancelUrl("http://localhost:8080/billing/cancelled")
                        .putMetadata("order", "order-1")
                        .setPaymentIntentData(SessionCreateParams.PaymentIntentData.builder()
                                .setSetupFutureUsage(SessionCreateParams.PaymentIntentData.SetupFutureUsage.OFF_SESSION)
                                .putMetadata("order", "order-1")
                                .build())
                        .addLineItem(SessionCreateParams.LineItem.builder()
                                .setQuantity(1L)
                                .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                        .setCurrency("usd")
                                        .setUnitAmount(2_000L)
                                        .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                                .setName("Souk credit")
                                                .build())
                                        .build())
                                .build())
                        .build());
    }

    private WebhookEndpoint endpoint(String... types) throws StripeException {
        WebhookEndpointCreateParams.Builder params = WebhookEndpointCreateParams.builder()
                .setUrl(stripe.hookUrl())
                .setApiVersion(WebhookEndpointCreateParams.ApiVersion.VERSION_2026_07_29_DAHLIA);
        for (String type : types) {
            params.addEnabledEvent(java.util.Arrays.stream(WebhookEndpointCreateParams.EnabledEvent.values())
                    .filter(event -> event.getValue().equals(type))
                    .findFirst()
                    .orElseThrow());
        }
        return client.v1().webhookEndpoints().create(params.build());
    }

    @Test
    void takesPaymentOnceAndSavesTheCard() throws StripeException {
        Customer customer = customer();
        Session open = session(customer);
        assertThat(open.getUrl()).isEqualTo(RunningStripe.PAGES + "/local/stripe/checkout/" + open.getId());
        assertThat(open.getPaymentStatus()).isEqualTo("unpaid");

        CheckoutOutcome first = stripe.stripe().checkout().pay(open.getId(), card("4242 4242 4242 4242"));
        CheckoutOutcome second = stripe.stripe().checkout().pay(open.getId(), card("4242 4242 4242 4242"));

        assertThat(first)
                .isEqualTo(new CheckoutOutcome.Done("http://localhost:8080/billing/done?session=" + open.getId()));
        assertThat(second).isEqualTo(new CheckoutOutcome.Closed());
        Session paid = client.v1()
                .checkout()
                .sessions()
                .retrieve(
                        open.getId(),
                        SessionRetrieveParams.builder()
                                .addExpand("payment_intent.latest_charge.balance_transaction")
                                .addExpand("line_items")
                                .build());
        assertThat(paid.getStatus()).isEqualTo("complete");
        assertThat(paid.getPaymentStatus()).isEqualTo("paid");
        assertThat(paid.getAmountTotal()).isEqualTo(2_000);
        assertThat(paid.getLineItems().getData()).hasSize(1);
        PaymentIntent intent = paid.getPaymentIntentObject();
        assertThat(intent.getStatus()).isEqualTo("succeeded");
        assertThat(intent.getMetadata()).containsEntry("order", "order-1");
        assertThat(intent.getLatestChargeObject().getBalanceTransactionObject().getNet())
                .isEqualTo(2_000 - 88);
        assertThat(client.v1().charges().list().getData()).hasSize(1);
        assertThat(client.v1()
                        .customers()
                        .paymentMethods()
                        .list(customer.getId())
                        .getData())
                .singleElement()
                .satisfies(method -> assertThat(method.getCard().getLast4()).isEqualTo("4242"));
    }

    @Test
    void declinesWhatTheTestCardsDeclineAndLetsThePayerTryAgain() throws StripeException {
        Session open = session(customer());
        CheckoutDesk desk = stripe.stripe().checkout();
        assertThat(desk.pay(open.getId(), card("4000000000000002")))
                .isEqualTo(new CheckoutOutcome.Declined("Your card was declined."));
        assertThat(desk.pay(open.getId(), card("4000000000009995")))
                .isEqualTo(new CheckoutOutcome.Declined("Your card has insufficient funds."));
        assertThat(desk.pay(open.getId(), card("4000000000000069")))
                .isEqualTo(new CheckoutOutcome.Declined("Your card has expired."));
        assertThat(desk.pay(open.getId(), card("4000000000000127")))
                .isEqualTo(new CheckoutOutcome.Declined("Your card's security code is incorrect."));
        assertThat(desk.pay(open.getId(), card("4242424242424241")))
                .isInstanceOfSatisfying(
                        CheckoutOutcome.Mistyped.class,
                        mistyped -> assertThat(mistyped.problems()).containsOnlyKeys("number"));
        assertThat(desk.pay(open.getId(), new CardEntry("4242424242424242", "12/20", "12", "", "")))
                .isInstanceOfSatisfying(
                        CheckoutOutcome.Mistyped.class,
                        mistyped -> assertThat(mistyped.problems()).containsOnlyKeys("expiry", "cvc", "name"));
        assertThat(client.v1().checkout().sessions().retrieve(open.getId()).getStatus())
                .isEqualTo("open");

        assertThat(desk.pay(open.getId(), card("4242424242424242"))).isInstanceOf(CheckoutOutcome.Done.class);
        assertThat(client.v1().paymentIntents().list().getData()).hasSize(1);
    }

    @Test
    void asksForAuthenticationAndAcceptsEitherAnswer() throws StripeException {
        Session open = session(customer());
        CheckoutDesk desk = stripe.stripe().checkout();
        assertThat(desk.pay(open.getId(), card("4000002500003155"))).isEqualTo(new CheckoutOutcome.Authenticate());
        assertThat(desk.find(open.getId()).orElseThrow().authenticating()).isTrue();
        assertThat(desk.authenticate(open.getId(), false)).isInstanceOf(CheckoutOutcome.Declined.class);
        assertThat(desk.pay(open.getId(), card("4000002500003155"))).isEqualTo(new CheckoutOutcome.Authenticate());
        assertThat(desk.authenticate(open.getId(), true)).isInstanceOf(CheckoutOutcome.Done.class);
    }

    @Test
    void expiresASessionThatNobodyPaid() throws StripeException {
        Session open = session(customer());
        endpoint("checkout.session.expired");
        stripe.advance(Duration.ofHours(25));
        assertThat(client.v1().checkout().sessions().retrieve(open.getId()).getStatus())
                .isEqualTo("expired");
        assertThat(stripe.stripe().checkout().pay(open.getId(), card("4242424242424242")))
                .isEqualTo(new CheckoutOutcome.Closed());
        assertThat(stripe.types()).containsExactly("checkout.session.expired");
    }

    @Test
    void chargesASavedCardOffSessionOrSaysWhyNot() throws StripeException {
        Customer customer = customer();
        String good = attach("pm_card_visa", customer);
        String bad = attach("pm_card_chargeCustomerFail", customer);
        String asking = attach("pm_card_authenticationRequired", customer);
        assertThat(charge(customer, good, "a").getStatus()).isEqualTo("succeeded");
        assertThatThrownBy(() -> charge(customer, bad, "b")).isInstanceOfSatisfying(CardException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(402);
            assertThat(e.getCode()).isEqualTo("card_declined");
            assertThat(e.getDeclineCode()).isEqualTo("generic_decline");
            assertThat(e.getStripeError().getPaymentIntent().getStatus()).isEqualTo("requires_payment_method");
        });
        assertThatThrownBy(() -> charge(customer, asking, "c"))
                .isInstanceOfSatisfying(
                        CardException.class, e -> assertThat(e.getCode()).isEqualTo("authentication_required"));
        assertThatThrownBy(() -> attach("pm_card_chargeDeclined", customer)).isInstanceOf(CardException.class);
    }

    private String attach(String token, Customer customer) throws StripeException {
        return client.v1()
                .paymentMethods()
                .attach(
                        token,
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer.getId())
                                .build())
                .getId();
    }

    private PaymentIntent charge(Customer customer, String method, String key) throws StripeException {
        return client.v1()
                .paymentIntents()
                .create(
                        PaymentIntentCreateParams.builder()
                                .setAmount(1_500L)
                                .setCurrency("usd")
                                .setCustomer(customer.getId())
                                .setPaymentMethod(method)
                                .setOffSession(true)
                                .setConfirm(true)
                                .build(),
                        RequestOptions.builder().setIdempotencyKey(key).build());
    }

    @Test
    void chargesOnceWhenTheAnswerWasLostAndTheCallIsRepeated() throws StripeException {
        Customer customer = customer();
        String card = attach("pm_card_visa", customer);
        stripe.stripe().control().dropNext(1);
        assertThatThrownBy(() -> charge(customer, card, "top-up-1")).isInstanceOf(ApiConnectionException.class);
        PaymentIntent repeated = charge(customer, card, "top-up-1");
        assertThat(repeated.getStatus()).isEqualTo("succeeded");
        assertThat(client.v1().charges().list().getData()).hasSize(1);
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(
                                CustomerCreateParams.builder().setName("Other").build(),
                                RequestOptions.builder()
                                        .setIdempotencyKey("top-up-1")
                                        .build()))
                .isInstanceOf(IdempotencyException.class);
    }

    @Test
    void refundsInPartsButNeverMoreThanWasPaid() throws StripeException {
        Customer customer = customer();
        PaymentIntent paid = charge(customer, attach("pm_card_visa", customer), "pay");
        client.v1().refunds().create(refund(paid, 500L));
        assertThatThrownBy(() -> client.v1().refunds().create(refund(paid, 1_001L)))
                .isInstanceOf(InvalidRequestException.class);
        client.v1().refunds().create(refund(paid, null));
        assertThat(client.v1().charges().retrieve(paid.getLatestCharge())).satisfies(charge -> {
            assertThat(charge.getAmountRefunded()).isEqualTo(1_500);
            assertThat(charge.getRefunded()).isTrue();
        });
        assertThatThrownBy(() -> client.v1().refunds().create(refund(paid, null)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("charge_already_refunded"));
    }

    private static RefundCreateParams refund(PaymentIntent paid, @org.jspecify.annotations.Nullable Long amount) {
        RefundCreateParams.Builder params = RefundCreateParams.builder().setPaymentIntent(paid.getId());
        if (amount != null) {
            params.setAmount(amount);
        }
        return params.build();
    }

    @Test
    void signsWebhooksAndRepeatsThemUntilTheyAreAccepted() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        stripe.receive(hook -> calls.incrementAndGet() == 1 ? 500 : 200);
        WebhookEndpoint endpoint = endpoint("checkout.session.completed");
        assertThat(client.v1().webhookEndpoints().retrieve(endpoint.getId()).getSecret())
                .isNull();
        Session open = session(customer());
        stripe.stripe().checkout().pay(open.getId(), card("4242424242424242"));
        await().atMost(Duration.ofSeconds(10)).until(() -> stripe.hooks.size() == 1);
        assertThat(undelivered()).hasSize(1);
        stripe.advance(Duration.ofSeconds(10));
        await().atMost(Duration.ofSeconds(10)).until(() -> stripe.hooks.size() == 2);

        RunningStripe.Hook hook = stripe.hooks.getLast();
        Event event = Webhook.constructEvent(hook.body(), hook.signature(), endpoint.getSecret(), 300, stripe.clock);
        Session told = (Session) event.getDataObjectDeserializer().getObject().orElseThrow();
        assertThat(told.getId()).isEqualTo(open.getId());
        assertThat(told.getPaymentStatus()).isEqualTo("paid");
        await().atMost(Duration.ofSeconds(10)).until(() -> undelivered().isEmpty());
        assertThat(client.v1().events().retrieve(event.getId()).getPendingWebhooks())
                .isZero();
    }

    private List<Event> undelivered() throws StripeException {
        return client.v1()
                .events()
                .list(EventListParams.builder()
                        .setDeliverySuccess(false)
                        .addType("checkout.session.completed")
                        .build())
                .getData();
    }

    @Test
    void keepsItsPromisesAcrossARestart() throws StripeException {
        stripe.receive(hook -> 503);
        endpoint("customer.created");
        Customer customer = customer();
        await().atMost(Duration.ofSeconds(10)).until(() -> stripe.hooks.size() == 1);
        stripe.advance(Duration.ofDays(1));
        var before = stripe.stripe().now();
        stripe.receive(hook -> 200);
        stripe.restart();
        assertThat(stripe.stripe().now()).isAfterOrEqualTo(before);
        assertThat(stripe.client().v1().customers().retrieve(customer.getId()).getEmail())
                .isEqualTo("ada@example.org");
        stripe.advance(Duration.ofHours(2));
        await().atMost(Duration.ofSeconds(10)).until(() -> stripe.hooks.size() >= 2);
    }

    @Test
    void refusesWhatStripeRefuses() throws StripeException {
        assertThatThrownBy(() -> client.v1()
                        .customers()
                        .create(CustomerCreateParams.builder()
                                .putExtraParam("favourite_colour", "blue")
                                .build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("parameter_unknown");
                    assertThat(e.getParam()).isEqualTo("favourite_colour");
                    assertThat(e.getRequestId()).startsWith("req_");
                });
        assertThatThrownBy(() -> client.v1().customers().retrieve("cus_none"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(404);
                    assertThat(e.getCode()).isEqualTo("resource_missing");
                });
        assertThatThrownBy(() -> stripe.client("sk_test_wrong").v1().customers().list())
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> client.v1().payouts().list()).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> client.v1()
                        .webhookEndpoints()
                        .create(WebhookEndpointCreateParams.builder()
                                .setUrl("https://example.org/hook")
                                .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.ALL)
                                .build()))
                .hasMessageContaining("this machine only");
        stripe.stripe().control().failNext(1, 500);
        assertThatThrownBy(() -> client.v1().customers().list()).isInstanceOf(ApiException.class);
    }

    @Test
    void mergesMetadataAndPagesLists() throws StripeException {
        Customer customer = customer();
        Customer changed = client.v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder()
                                .putMetadata("plan", "postpaid")
                                .putMetadata("organisation", "")
                                .build());
        assertThat(changed.getMetadata()).containsOnlyKeys("plan");
        for (int i = 0; i < 4; i++) {
            customer();
        }
        int seen = 0;
        for (Customer each : client.v1()
                .customers()
                .list(CustomerListParams.builder().setLimit(2L).build())
                .autoPagingIterable()) {
            assertThat(each.getId()).startsWith("cus_");
            seen++;
        }
        assertThat(seen).isEqualTo(5);
    }
}
