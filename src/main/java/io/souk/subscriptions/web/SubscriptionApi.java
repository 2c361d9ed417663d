package io.souk.subscriptions.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.platform.ApiPage;
import io.souk.platform.Faults;
import io.souk.platform.ProblemType;
import io.souk.platform.Refused;
import io.souk.platform.Refuses;
import io.souk.subscriptions.Subscribing;
import io.souk.subscriptions.SubscriptionView;
import io.souk.subscriptions.Subscriptions;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the organisation of a token may call. */
@RestController
@RequestMapping("/api/v1/subscriptions")
class SubscriptionApi {
    private final Subscriptions subscriptions;
    private final Offers offers;

    SubscriptionApi(Subscriptions subscriptions, Offers offers) {
        this.subscriptions = subscriptions;
        this.offers = offers;
    }

    /** @param model the name that calls send; {@code modelId} is the same model's id @param endedAt null while active */
    record SubscriptionAnswer(
            UUID id,
            UUID modelId,
            String model,
            Instant subscribedAt,
            @Nullable Instant endedAt) {}

    /** @param model the name of a live model */
    record SubscriptionRequest(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable
            String model) {}

    @GetMapping
    @ApiScope("models.read")
    @Operation(
            operationId = "listSubscriptions",
            summary = "List subscriptions",
            description = "Ended ones too, the newest first.")
    ApiPage<SubscriptionAnswer> list(
            @Parameter(description = "Where to go on: next of the page before.")
                    @RequestParam(required = false)
                    @Nullable
                    String cursor,
            @Parameter(description = "How many at most, 1 to 200; 50 where nothing is said.")
                    @RequestParam(required = false)
                    @Nullable
                    String limit) {
        Faults faults = new Faults();
        int most = faults.limit(limit);
        UUID before = faults.cursor(cursor);
        faults.refuseIfAny();
        List<SubscriptionView> found = subscriptions.olderThan(before, most + 1);
        Map<UUID, OfferView> models = offers
                .findAll(found.stream().map(SubscriptionView::offerId).toList())
                .stream()
                .collect(Collectors.toMap(OfferView::id, Function.identity()));
        return ApiPage.of(
                found,
                most,
                subscription -> subscription.id().toString(),
                subscription -> answer(subscription, Optional.ofNullable(models.get(subscription.offerId()))));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @ApiScope("subscriptions.write")
    @Refuses({ProblemType.MODEL_WITHDRAWN, ProblemType.NOT_FOUND})
    @Operation(
            operationId = "subscribe",
            summary = "Subscribe to a model",
            description =
                    "Pay as you go. However often it is asked, one subscription comes of it, and the answer is the "
                            + "same. Every key of the organisation may call the model within a second.")
    ResponseEntity<SubscriptionAnswer> subscribe(@RequestBody SubscriptionRequest request) {
        Faults faults = new Faults();
        String model = request.model() == null ? "" : request.model().strip();
        if (model.isEmpty()) {
            faults.add("model", "The name of a model is missing.");
        }
        faults.refuseIfAny();
        OfferView offer = offers.byModel(model).orElseThrow(SubscriptionApi::unknown);
        return switch (subscriptions.subscribe(offer.id(), null)) {
            case Subscribing.Subscribed(SubscriptionView subscription) ->
                ResponseEntity.created(URI.create("/api/v1/subscriptions/" + subscription.id()))
                        .body(answer(subscription, Optional.of(offer)));
            case Subscribing.Withdrawn(String title) ->
                throw new Refused(
                        ProblemType.MODEL_WITHDRAWN,
                        title + " was withdrawn and takes no more subscriptions. Choose another model.");
            case Subscribing.UnknownOffer _ -> throw unknown();
        };
    }

    private static Refused unknown() {
        return new Refused(ProblemType.NOT_FOUND, "There is no model of this name. GET /api/v1/models lists all.");
    }

    @GetMapping("/{id}")
    @ApiScope("models.read")
    @Operation(operationId = "getSubscription", summary = "Read one subscription")
    SubscriptionAnswer subscription(@Parameter(description = "The subscription's id.") @PathVariable UUID id) {
        SubscriptionView found = subscriptions.find(id).orElseThrow(() -> Refused.notFound("subscription"));
        return answer(found, offers.find(found.offerId()));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @ApiScope("subscriptions.write")
    @Operation(
            operationId = "endSubscription",
            summary = "End a subscription",
            description = "Calls to its model are refused within a second. Ending it again changes nothing.")
    void end(@Parameter(description = "The subscription's id.") @PathVariable UUID id) {
        if (subscriptions.end(id, null).isEmpty()) {
            throw Refused.notFound("subscription");
        }
    }

    private static SubscriptionAnswer answer(SubscriptionView subscription, Optional<OfferView> offer) {
        return new SubscriptionAnswer(
                subscription.id(),
                subscription.offerId(),
                offer.map(OfferView::model).orElse(""),
                subscription.subscribedAt(),
                subscription.endedAt());
    }
}
