package io.souk.billing.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Subscription;
import com.stripe.model.WebhookEndpoint;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.net.Webhook;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.EventListParams;
import com.stripe.param.InvoiceRetrieveParams;
import com.stripe.param.PaymentMethodListParams;
import com.stripe.param.PriceCreateParams;
import com.stripe.param.SubscriptionCreateParams;
import com.stripe.param.SubscriptionUpdateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.billing.MeterCreateParams;
import com.stripe.param.billing.MeterEventCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import io.souk.billing.Payments;
import io.souk.billing.PaymentsUnavailable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link Payments} on Stripe: the real one or the local stand-in, by the same code. */
class StripePayments implements Payments {
    private static final String API_VERSION = com.stripe.Stripe.API_VERSION;
    private static final String METER_EVENT = "souk_usage_micros";
    private static final long TOLERANCE_SECONDS = 300;
    private static final String WEBHOOK_SECRET = "webhook-secret";
    private static final String METERED_PRICE = "metered-price";
    private static final int MOST_NOTICES = 5_000;
    private static final long DAYS_UNTIL_DUE = 30;
    private static final Set<String> ENDED = Set.of("canceled", "incomplete_expired");

    /** One micro-unit of currency is 0.0001 cents. */
    private static final BigDecimal CENTS_PER_MICRO = new BigDecimal("0.0001");

    private final StripeClient stripe;
    private final StripeSettings settings;
    private final String configuredWebhookSecret;
    private final @Nullable String webhookUrl;
    private final Clock clock;
    private final boolean live;

    /** @param webhookUrl where to be told; null if the operator has set that up */
    StripePayments(
            StripeClient stripe,
            StripeSettings settings,
            String configuredWebhookSecret,
            @Nullable String webhookUrl,
            Clock clock,
            boolean live) {
        this.stripe = stripe;
        this.settings = settings;
        this.configuredWebhookSecret = configuredWebhookSecret;
        this.webhookUrl = webhookUrl;
        this.clock = clock;
        this.live = live;
    }

    private interface Asked<T> {
        T ask() throws StripeException;
    }

    private static <T> T ask(String what, Asked<T> asked) {
        try {
            return asked.ask();
        } catch (StripeException failed) {
            throw new PaymentsUnavailable(
                    "Stripe could not " + what + " (" + failed.getMessage() + "). Nothing was charged; try again.",
                    failed);
        }
    }

    private static RequestOptions idempotent(String key) {
        return RequestOptions.builder().setIdempotencyKey(key).build();
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public String customer(UUID tenant, String name, String email) {
        return ask(
                "open your account",
                () -> stripe.v1()
                        .customers()
                        .create(
                                CustomerCreateParams.builder()
                                        .setName(name)
                                        .setEmail(email)
                                        .putMetadata("souk_organisation", tenant.toString())
                                        .build(),
                                idempotent("souk-customer-" + tenant + "-"
                                        + Integer.toHexString((name + email).hashCode())))
                        .getId());
    }

    @Override
    public OpenCheckout openCheckout(CheckoutOrder order) {
        SessionCreateParams params = SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.PAYMENT)
                .setCustomer(order.customerId())
                .setClientReferenceId(order.topUpId().toString())
                .setSuccessUrl(order.successUrl())
                .setCancelUrl(order.cancelUrl())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency(order.currency().toLowerCase(Locale.ROOT))
                                .setUnitAmount(order.amountMinor())
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName("Souk credit")
                                        .build())
                                .build())
                        .build())
                .setPaymentIntentData(SessionCreateParams.PaymentIntentData.builder()
                        .setSetupFutureUsage(SessionCreateParams.PaymentIntentData.SetupFutureUsage.OFF_SESSION)
                        .putMetadata("souk_top_up", order.topUpId().toString())
                        .build())
                .putMetadata("souk_top_up", order.topUpId().toString())
                .build();
        Session session = ask(
                "open the payment page",
                () -> stripe.v1().checkout().sessions().create(params, idempotent("souk-top-up-" + order.topUpId())));
        return new OpenCheckout(session.getId(), session.getUrl());
    }

    @Override
    public CheckoutState readCheckout(String sessionId) {
        Session session = ask(
                "say what became of the payment",
                () -> stripe.v1()
                        .checkout()
                        .sessions()
                        .retrieve(
                                sessionId,
                                SessionRetrieveParams.builder()
                                        .addExpand("payment_intent.latest_charge")
                                        .build()));
        @Nullable PaymentIntent intent = session.getPaymentIntentObject();
        if ("paid".equals(session.getPaymentStatus()) && intent != null) {
            return new CheckoutState.Paid(
                    intent.getId(),
                    String.valueOf(session.getClientReferenceId()),
                    session.getCustomer(),
                    intent.getAmountReceived(),
                    intent.getCurrency().toUpperCase(Locale.ROOT),
                    Boolean.TRUE.equals(session.getLivemode()),
                    card(intent));
        }
        return switch (String.valueOf(session.getStatus())) {
            case "expired" -> new CheckoutState.Expired();
            case "complete" ->
                intent != null && "canceled".equals(intent.getStatus())
                        ? new CheckoutState.Failed(problem(intent).orElse("The payment failed."))
                        : new CheckoutState.Confirming();
            default ->
                new CheckoutState.Open(intent == null ? null : problem(intent).orElse(null));
        };
    }

    private static Optional<String> problem(PaymentIntent intent) {
        return Optional.ofNullable(intent.getLastPaymentError()).map(error -> error.getMessage());
    }

    private static @Nullable String card(PaymentIntent intent) {
        @Nullable Charge charge = intent.getLatestChargeObject();
        if (charge == null
                || charge.getPaymentMethodDetails() == null
                || charge.getPaymentMethodDetails().getCard() == null) {
            return null;
        }
        Charge.PaymentMethodDetails.Card card = charge.getPaymentMethodDetails().getCard();
        String brand = String.valueOf(card.getBrand());
        return brand.substring(0, 1).toUpperCase(Locale.ROOT) + brand.substring(1) + " ending in " + card.getLast4();
    }

    @Override
    public void closeCheckout(String sessionId) {
        try {
            stripe.v1().checkout().sessions().expire(sessionId);
        } catch (InvalidRequestException alreadyOver) {
            // paid or closed in the meantime: whoever asked reads it again
        } catch (StripeException failed) {
            throw new PaymentsUnavailable(
                    "Stripe could not close the payment page (" + failed.getMessage() + ").", failed);
        }
    }

    @Override
    public String subscribe(UUID tenant, String customerId, int round) {
        String price = settings.findOrPut(METERED_PRICE, this::makeMeteredPrice);
        return ask("open the account on invoice", () -> {
            SubscriptionCreateParams.Builder params = SubscriptionCreateParams.builder()
                    .setCustomer(customerId)
                    .addItem(SubscriptionCreateParams.Item.builder()
                            .setPrice(price)
                            .build())
                    .putMetadata("souk_organisation", tenant.toString());
            String card = keptCard(customerId);
            if (card == null) {
                params.setCollectionMethod(SubscriptionCreateParams.CollectionMethod.SEND_INVOICE)
                        .setDaysUntilDue(DAYS_UNTIL_DUE);
            } else {
                params.setDefaultPaymentMethod(card);
            }
            String paidBy = card == null ? "sent" : card;
            return stripe.v1()
                    .subscriptions()
                    .create(params.build(), idempotent("souk-subscription-" + tenant + "-" + round + "-" + paidBy))
                    .getId();
        });
    }

    /** The card that the customer used last and agreed to keep. */
    private @Nullable String keptCard(String customerId) throws StripeException {
        List<PaymentMethod> cards = stripe.v1()
                .paymentMethods()
                .list(PaymentMethodListParams.builder()
                        .setCustomer(customerId)
                        .setType(PaymentMethodListParams.Type.CARD)
                        .setLimit(1L)
                        .build())
                .getData();
        return cards.isEmpty() ? null : cards.getFirst().getId();
    }

    @Override
    public boolean resumeSubscription(String subscriptionId) {
        return ask("open the account on invoice again", () -> {
            Subscription found = stripe.v1().subscriptions().retrieve(subscriptionId);
            if (ENDED.contains(found.getStatus())) {
                return false;
            }
            if (Boolean.TRUE.equals(found.getCancelAtPeriodEnd())) {
                stripe.v1()
                        .subscriptions()
                        .update(
                                subscriptionId,
                                SubscriptionUpdateParams.builder()
                                        .setCancelAtPeriodEnd(false)
                                        .build());
            }
            return true;
        });
    }

    @Override
    public void endSubscription(String subscriptionId) {
        ask("end the account on invoice", () -> {
            Subscription found = stripe.v1().subscriptions().retrieve(subscriptionId);
            return ENDED.contains(found.getStatus())
                    ? found
                    : stripe.v1()
                            .subscriptions()
                            .update(
                                    subscriptionId,
                                    SubscriptionUpdateParams.builder()
                                            .setCancelAtPeriodEnd(true)
                                            .build());
        });
    }

    private String makeMeteredPrice() {
        return ask("set up the meter", () -> {
            String meter = stripe.v1()
                    .billing()
                    .meters()
                    .create(
                            MeterCreateParams.builder()
                                    .setDisplayName("Souk usage in micro-units of currency")
                                    .setEventName(METER_EVENT)
                                    .setDefaultAggregation(MeterCreateParams.DefaultAggregation.builder()
                                            .setFormula(MeterCreateParams.DefaultAggregation.Formula.SUM)
                                            .build())
                                    .build(),
                            idempotent("souk-meter"))
                    .getId();
            return stripe.v1()
                    .prices()
                    .create(
                            PriceCreateParams.builder()
                                    .setCurrency("usd")
                                    .setUnitAmountDecimal(CENTS_PER_MICRO)
                                    .setRecurring(PriceCreateParams.Recurring.builder()
                                            .setInterval(PriceCreateParams.Recurring.Interval.MONTH)
                                            .setUsageType(PriceCreateParams.Recurring.UsageType.METERED)
                                            .setMeter(meter)
                                            .build())
                                    .setProductData(PriceCreateParams.ProductData.builder()
                                            .setName("Souk usage")
                                            .build())
                                    .build(),
                            idempotent("souk-metered-price"))
                    .getId();
        });
    }

    @Override
    public Reported report(String customerId, String identifier, long micros, Instant at) {
        try {
            stripe.v1()
                    .billing()
                    .meterEvents()
                    .create(
                            MeterEventCreateParams.builder()
                                    .setEventName(METER_EVENT)
                                    .setIdentifier(identifier)
                                    .setTimestamp(at.getEpochSecond())
                                    .putPayload("stripe_customer_id", customerId)
                                    .putPayload("value", Long.toString(micros))
                                    .build(),
                            idempotent(identifier));
            return new Reported.Counted();
        } catch (InvalidRequestException refused) {
            return isRepeated(refused)
                    ? new Reported.Counted()
                    : new Reported.Refused(String.valueOf(refused.getMessage()));
        } catch (CardException impossible) {
            return new Reported.Refused(String.valueOf(impossible.getMessage()));
        } catch (StripeException later) {
            throw new PaymentsUnavailable("Stripe could not count the usage (" + later.getMessage() + ").", later);
        }
    }

    /** Stripe answers 400 to an identifier that it has counted already. */
    private static boolean isRepeated(InvalidRequestException refused) {
        String message = String.valueOf(refused.getMessage());
        return "duplicate_meter_event".equals(refused.getCode()) || message.contains("already exists with identifier");
    }

    @Override
    public InvoiceState readInvoice(String invoiceId) {
        Invoice invoice = ask(
                "show the invoice",
                () -> stripe.v1()
                        .invoices()
                        .retrieve(invoiceId, InvoiceRetrieveParams.builder().build()));
        String price = settings.find(METERED_PRICE).orElse("");
        long micros = 0;
        Instant start = Instant.ofEpochSecond(invoice.getPeriodStart());
        Instant end = Instant.ofEpochSecond(invoice.getPeriodEnd());
        for (InvoiceLineItem line : invoice.getLines().getData()) {
            if (line.getPricing() != null
                    && line.getPricing().getPriceDetails() != null
                    && price.equals(line.getPricing().getPriceDetails().getPrice())) {
                micros += line.getQuantity() == null ? 0 : line.getQuantity();
                start = Instant.ofEpochSecond(line.getPeriod().getStart());
                end = Instant.ofEpochSecond(line.getPeriod().getEnd());
            }
        }
        return new InvoiceState(
                invoice.getId(),
                invoice.getCustomer(),
                invoice.getStatus(),
                start,
                end,
                micros,
                invoice.getTotal(),
                invoice.getCurrency().toUpperCase(Locale.ROOT),
                invoice.getHostedInvoiceUrl());
    }

    @Override
    public List<Notice> noticesSince(Instant moment) {
        return ask("list what happened", () -> {
            List<Notice> notices = new ArrayList<>();
            for (Event event : stripe.v1()
                    .events()
                    .list(EventListParams.builder()
                            .setCreated(EventListParams.Created.builder()
                                    .setGte(moment.getEpochSecond())
                                    .build())
                            .setLimit(100L)
                            .build())
                    .autoPagingIterable()) {
                notice(event).ifPresent(notices::add);
                if (notices.size() >= MOST_NOTICES) {
                    break;
                }
            }
            return notices;
        });
    }

    @Override
    public Optional<Notice> verify(byte[] payload, String signature) {
        String secret = configuredWebhookSecret.isBlank()
                ? settings.find(WEBHOOK_SECRET).orElse("")
                : configuredWebhookSecret;
        if (secret.isEmpty() || isFromTheFuture(signature)) {
            return Optional.empty();
        }
        try {
            Event event = Webhook.constructEvent(
                    new String(payload, StandardCharsets.UTF_8),
                    signature,
                    secret,
                    TOLERANCE_SECONDS,
                    signatureClock());
            return notice(event);
        } catch (SignatureVerificationException | RuntimeException wrong) {
            return Optional.empty();
        }
    }

    /** The local stand-in signs with its own clock, which may have been moved forward. */
    private Clock signatureClock() {
        return clock;
    }

    /** Stripe's library refuses only what is too old. */
    private boolean isFromTheFuture(String signature) {
        for (String part : signature.split(",")) {
            if (part.strip().matches("t=\\d{1,15}")) {
                return Long.parseLong(part.strip().substring(2))
                        > clock.instant().getEpochSecond() + TOLERANCE_SECONDS;
            }
        }
        return true;
    }

    private static Optional<Notice> notice(Event event) {
        if (event.getId() == null || event.getType() == null || event.getData() == null) {
            return Optional.empty();
        }
        com.google.gson.JsonObject object = com.google.gson.JsonParser.parseString(
                        event.getDataObjectDeserializer().getRawJson())
                .getAsJsonObject();
        com.google.gson.JsonElement id = object.get("id");
        return id == null || id.isJsonNull()
                ? Optional.empty()
                : Optional.of(new Notice(
                        event.getId(), event.getType(), id.getAsString(), Instant.ofEpochSecond(event.getCreated())));
    }

    @Override
    public void listen() {
        String url = webhookUrl;
        if (url == null) {
            return;
        }
        ask("tell us what happens", () -> {
            List<WebhookEndpoint> endpoints =
                    stripe.v1().webhookEndpoints().list().getData();
            boolean known = endpoints.stream().anyMatch(endpoint -> url.equals(endpoint.getUrl()));
            if (known && settings.find(WEBHOOK_SECRET).isPresent()) {
                return url;
            }
            WebhookEndpoint made = stripe.v1()
                    .webhookEndpoints()
                    .create(WebhookEndpointCreateParams.builder()
                            .setUrl(url)
                            .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.ALL)
                            .setApiVersion(WebhookEndpointCreateParams.ApiVersion.VERSION_2026_07_29_DAHLIA)
                            .build());
            settings.put(WEBHOOK_SECRET, made.getSecret());
            return url;
        });
    }
}
