package io.souk.local.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.Price;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionItem;
import com.stripe.model.billing.Meter;
import com.stripe.model.testhelpers.TestClock;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.InvoiceCreatePreviewParams;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.InvoiceRetrieveParams;
import com.stripe.param.PaymentMethodAttachParams;
import com.stripe.param.PriceCreateParams;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.billing.MeterCreateParams;
import com.stripe.param.billing.MeterEventCreateParams;
import com.stripe.param.billing.MeterEventSummaryListParams;
import com.stripe.param.testhelpers.TestClockAdvanceParams;
import com.stripe.param.testhelpers.TestClockCreateParams;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Usage on invoice through stripe-java: meters, subscriptions, periods, drafts, rounding, collection. */
class LocalStripeBillingTests {
    private final RunningStripe stripe = new RunningStripe();
    private final StripeClient client = stripe.client();

    @AfterEach
    void everyAnswerCouldHaveComeFromStripe() {
        stripe.close();
        assertThat(stripe.problems).isEmpty();
    }

    private Meter meter() throws StripeException {
        return client.v1()
                .billing()
                .meters()
                .create(MeterCreateParams.builder()
                        .setDisplayName("Usage in micro-units")
                        .setEventName("usage_micros")
                        .setDefaultAggregation(MeterCreateParams.DefaultAggregation.builder()
                                .setFormula(MeterCreateParams.DefaultAggregation.Formula.SUM)
                                .build())
                        .build());
    }

    private Price price(Meter meter, String cents) throws StripeException {
        return client.v1()
                .prices()
                .create(PriceCreateParams.builder()
                        .setCurrency("usd")
                        .setUnitAmountDecimal(new BigDecimal(cents))
                        .setRecurring(PriceCreateParams.Recurring.builder()
                                .setInterval(PriceCreateParams.Recurring.Interval.MONTH)
                                .setUsageType(PriceCreateParams.Recurring.UsageType.METERED)
                                .setMeter(meter.getId())
                                .build())
                        .setProductData(PriceCreateParams.ProductData.builder()
                                .setName("Souk usage")
                                .build())
                        .build());
    }

    private Customer customer(@Nullable String card, @Nullable String testClock) throws StripeException {
        CustomerCreateParams.Builder params = CustomerCreateParams.builder().setEmail("ada@example.org");
        if (testClock != null) {
            params.setTestClock(testClock);
        }
        Customer customer = client.v1().customers().create(params.build());
        if (card != null) {
            String method = client.v1()
                    .paymentMethods()
                    .attach(
                            card,
                            PaymentMethodAttachParams.builder()
                                    .setCustomer(customer.getId())
                                    .build())
                    .getId();
            client.v1()
                    .customers()
                    .update(
                            customer.getId(),
                            CustomerUpdateParams.builder()
                                    .setInvoiceSettings(CustomerUpdateParams.InvoiceSettings.builder()
                                            .setDefaultPaymentMethod(method)
                                            .build())
                                    .build());
        }
        return customer;
    }

    private Subscription subscribe(Customer customer, Price price) throws StripeException {
        return client.v1()
                .subscriptions()
                .create(SubscriptionCreateParams.builder()
                        .setCustomer(customer.getId())
                        .addItem(SubscriptionCreateParams.Item.builder()
                                .setPrice(price.getId())
                                .build())
                        .build());
    }

    private void use(Customer customer, String identifier, String value, Instant at) throws StripeException {
        client.v1()
                .billing()
                .meterEvents()
                .create(MeterEventCreateParams.builder()
                        .setEventName("usage_micros")
                        .setIdentifier(identifier)
                        .setTimestamp(at.getEpochSecond())
                        .putPayload("stripe_customer_id", customer.getId())
                        .putPayload("value", value)
                        .build());
    }

    private List<Invoice> invoices(Customer customer) throws StripeException {
        return client.v1()
                .invoices()
                .list(InvoiceListParams.builder().setCustomer(customer.getId()).build())
                .getData();
    }

    @Test
    void invoicesAPeriodsUsageAndTakesItFromTheSavedCard() throws StripeException {
        client.v1()
                .webhookEndpoints()
                .create(WebhookEndpointCreateParams.builder()
                        .setUrl(stripe.hookUrl())
                        .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.INVOICE__CREATED)
                        .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.INVOICE__FINALIZED)
                        .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.INVOICE__PAID)
                        .build());
        Customer customer = customer("pm_card_visa", null);
        Subscription subscription = subscribe(customer, price(meter(), "0.0001"));
        Instant start = stripe.stripe().now();
        assertThat(subscription.getItems().getData())
                .singleElement()
                .extracting(SubscriptionItem::getCurrentPeriodEnd)
                .isEqualTo(Instant.parse("2026-04-10T12:00:00Z").getEpochSecond());
        use(customer, "u1", "12345678", start);
        use(customer, "u2", "7", start);

        Invoice preview = client.v1()
                .invoices()
                .createPreview(InvoiceCreatePreviewParams.builder()
                        .setSubscription(subscription.getId())
                        .build());
        assertThat(preview.getTotal()).isEqualTo(1_235);

        stripe.advance(Duration.ofDays(31).plusMinutes(10));
        Invoice draft = invoices(customer).getFirst();
        assertThat(draft.getStatus()).isEqualTo("draft");
        use(customer, "late", "1000000", Instant.parse("2026-04-10T11:59:59Z"));
        use(customer, "next", "5000000", Instant.parse("2026-04-10T12:00:00Z"));

        stripe.advance(Duration.ofHours(1));
        Invoice paid = client.v1()
                .invoices()
                .retrieve(
                        draft.getId(),
                        InvoiceRetrieveParams.builder().addExpand("payments").build());
        assertThat(paid.getStatus()).isEqualTo("paid");
        InvoiceLineItem line = paid.getLines().getData().getFirst();
        assertThat(line.getQuantity()).isEqualTo(13_345_685);
        assertThat(line.getAmount()).isEqualTo(1_335);
        assertThat(line.getPeriod().getStart()).isEqualTo(start.getEpochSecond());
        assertThat(paid.getTotal()).isEqualTo(1_335);
        assertThat(paid.getAmountPaid()).isEqualTo(1_335);
        assertThat(paid.getPayments().getData()).hasSize(1);
        assertThat(client.v1().charges().list().getData())
                .singleElement()
                .satisfies(charge -> assertThat(charge.getAmount()).isEqualTo(1_335));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stripe.types())
                        .containsExactlyInAnyOrder("invoice.created", "invoice.finalized", "invoice.paid"));

        stripe.advance(Duration.ofDays(31));
        assertThat(invoices(customer)).hasSize(2);
        assertThat(invoices(customer).getFirst().getTotal()).isEqualTo(500);
    }

    @Test
    void roundsEachLineHalfUpOnceToWholeCents() throws StripeException {
        Customer customer = customer("pm_card_visa", null);
        subscribe(customer, price(meter(), "0.05"));
        use(customer, "u1", "2010", stripe.stripe().now());
        stripe.advance(Duration.ofDays(32));
        assertThat(invoices(customer).getFirst().getTotal()).isEqualTo(101);
    }

    @Test
    void owesWhatIsTooSmallToChargeUntilTheNextInvoice() throws StripeException {
        Customer customer = customer("pm_card_visa", null);
        subscribe(customer, price(meter(), "0.0001"));
        use(customer, "u1", "300000", stripe.stripe().now());
        stripe.advance(Duration.ofDays(32));
        Invoice small = invoices(customer).getFirst();
        assertThat(small.getTotal()).isEqualTo(30);
        assertThat(small.getAmountDue()).isZero();
        assertThat(small.getStatus()).isEqualTo("paid");
        assertThat(client.v1().charges().list().getData()).isEmpty();
        use(customer, "u2", "1000000", stripe.stripe().now());
        stripe.advance(Duration.ofDays(31));
        assertThat(invoices(customer).getFirst().getAmountPaid()).isEqualTo(130);
    }

    @Test
    void leavesAnInvoiceOpenWithoutACardAndTriesAgain() throws StripeException {
        Customer customer = customer(null, null);
        Subscription subscription = subscribe(customer, price(meter(), "0.0001"));
        use(customer, "u1", "2000000", stripe.stripe().now());
        stripe.advance(Duration.ofDays(32));
        Invoice open = invoices(customer).getFirst();
        assertThat(open.getStatus()).isEqualTo("open");
        assertThat(open.getAmountRemaining()).isEqualTo(200);
        assertThat(client.v1().subscriptions().retrieve(subscription.getId()).getStatus())
                .isEqualTo("past_due");
        String card = client.v1()
                .paymentMethods()
                .attach(
                        "pm_card_visa",
                        PaymentMethodAttachParams.builder()
                                .setCustomer(customer.getId())
                                .build())
                .getId();
        client.v1()
                .customers()
                .update(
                        customer.getId(),
                        CustomerUpdateParams.builder()
                                .setInvoiceSettings(CustomerUpdateParams.InvoiceSettings.builder()
                                        .setDefaultPaymentMethod(card)
                                        .build())
                                .build());
        stripe.advance(Duration.ofDays(3));
        assertThat(invoices(customer).getFirst().getStatus()).isEqualTo("paid");
        assertThat(client.v1().subscriptions().retrieve(subscription.getId()).getStatus())
                .isEqualTo("active");
    }

    @Test
    void countsAnIdentifierOnceAndRefusesWhatStripeRefuses() throws StripeException {
        Meter meter = meter();
        Customer customer = customer(null, null);
        Instant now = stripe.stripe().now();
        use(customer, "once", "5", now);
        assertThatThrownBy(() -> use(customer, "once", "5", now))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(400);
                    assertThat(e.getMessage()).contains("An event already exists with identifier once");
                });
        for (String bad : List.of("1.5", "1e3", "1234567890123456", "")) {
            assertThatThrownBy(() -> use(customer, "bad" + bad, bad, now)).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> use(customer, "old", "1", now.minus(Duration.ofDays(36))))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> use(customer, "early", "1", now.plus(Duration.ofMinutes(6))))
                .isInstanceOf(InvalidRequestException.class);
        Instant minute = Instant.parse("2026-03-10T12:00:00Z");
        assertThat(client.v1()
                        .billing()
                        .meters()
                        .eventSummaries()
                        .list(
                                meter.getId(),
                                MeterEventSummaryListParams.builder()
                                        .setCustomer(customer.getId())
                                        .setStartTime(minute.getEpochSecond())
                                        .setEndTime(minute.plusSeconds(3_600).getEpochSecond())
                                        .build())
                        .getData())
                .singleElement()
                .satisfies(summary -> assertThat(summary.getAggregatedValue()).isEqualByComparingTo("5"));
        client.v1().billing().meters().deactivate(meter.getId());
        assertThatThrownBy(() -> use(customer, "inactive", "1", now)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void refusesPricesThatStripeRefuses() throws StripeException {
        Meter meter = meter();
        assertThatThrownBy(() -> price(meter, "0.1234567890123")).hasMessageContaining("twelve decimal places");
        assertThatThrownBy(() -> price(meter, "0.0000003")).hasMessageContaining("Invalid decimal");
        assertThat(price(meter, "0.000003").getUnitAmountDecimal()).isEqualByComparingTo("0.000003");
    }

    @Test
    void billsLicensedItemsAtOnceAndCancelsAtThePeriodsEnd() throws StripeException {
        Customer customer = customer("pm_card_visa", null);
        Price plan = client.v1()
                .prices()
                .create(PriceCreateParams.builder()
                        .setCurrency("usd")
                        .setUnitAmount(900L)
                        .setRecurring(PriceCreateParams.Recurring.builder()
                                .setInterval(PriceCreateParams.Recurring.Interval.MONTH)
                                .build())
                        .setProductData(PriceCreateParams.ProductData.builder()
                                .setName("Team plan")
                                .build())
                        .build());
        Subscription subscription = subscribe(customer, plan);
        assertThat(subscription.getStatus()).isEqualTo("active");
        assertThat(invoices(customer)).singleElement().satisfies(invoice -> {
            assertThat(invoice.getStatus()).isEqualTo("paid");
            assertThat(invoice.getAmountPaid()).isEqualTo(900);
        });
        stripe.advance(Duration.ofDays(32));
        assertThat(invoices(customer)).hasSize(2);
        Subscription cancelled = client.v1()
                .subscriptions()
                .cancel(subscription.getId(), SubscriptionCancelParams.builder().build());
        assertThat(cancelled.getStatus()).isEqualTo("canceled");
        stripe.advance(Duration.ofDays(40));
        assertThat(invoices(customer)).hasSize(2);
    }

    @Test
    void letsATestClockRunAheadOfEverybodyElse() throws StripeException {
        Instant start = Instant.parse("2026-01-31T10:00:00Z");
        TestClock clock = client.v1()
                .testHelpers()
                .testClocks()
                .create(TestClockCreateParams.builder()
                        .setFrozenTime(start.getEpochSecond())
                        .setName("ahead")
                        .build());
        Customer customer = customer("pm_card_visa", clock.getId());
        subscribe(customer, price(meter(), "0.0001"));
        use(customer, "january", "1000000", start);
        client.v1()
                .testHelpers()
                .testClocks()
                .advance(
                        clock.getId(),
                        TestClockAdvanceParams.builder()
                                .setFrozenTime(
                                        Instant.parse("2026-04-01T00:00:00Z").getEpochSecond())
                                .build());
        await().atMost(Duration.ofSeconds(15))
                .until(() -> client.v1()
                        .testHelpers()
                        .testClocks()
                        .retrieve(clock.getId())
                        .getStatus()
                        .equals("ready"));
        assertThat(invoices(customer).stream().map(invoice -> Instant.ofEpochSecond(invoice.getPeriodEnd())))
                .containsExactly(Instant.parse("2026-03-31T10:00:00Z"), Instant.parse("2026-02-28T10:00:00Z"));
        assertThat(invoices(customer).getLast().getTotal()).isEqualTo(100);
        assertThat(stripe.stripe().now()).isEqualTo(Instant.parse("2026-03-10T12:00:00Z"));
    }
}
