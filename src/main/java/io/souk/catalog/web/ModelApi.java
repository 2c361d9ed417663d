package io.souk.catalog.web;

import io.souk.catalog.Availability;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.Subscribers;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import io.souk.platform.Amount;
import io.souk.platform.ApiPage;
import io.souk.platform.Faults;
import io.souk.platform.ProblemType;
import io.souk.platform.Refused;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The catalogue for programs: what the organisation of a token may subscribe to, and what it costs. */
@RestController
@RequestMapping("/api/v1/models")
@ApiScope("models.read")
class ModelApi {
    private static final int PER_MILLION = 6;
    private static final int FOR_ONE = 12;

    private final Offers offers;
    private final PriceBook prices;
    private final Availability availability;
    private final Subscribers subscribers;
    private final Clock clock;

    ModelApi(Offers offers, PriceBook prices, Availability availability, Subscribers subscribers, Clock clock) {
        this.offers = offers;
        this.prices = prices;
        this.availability = availability;
        this.subscribers = subscribers;
        this.clock = clock;
    }

    /**
     * What one class costs.
     *
     * @param tokenClass as {@code input}, {@code output}, {@code request}
     * @param unit what the amount is for: {@code million_tokens}, {@code request} or {@code second}
     */
    record Price(String tokenClass, String unit, Amount price) {}

    /** Prices that hold from a moment on. @param version counted from 1 for each model */
    record Prices(int version, Instant startsAt, List<Price> classes) {}

    /** Null where a limit is not stated. */
    record Limits(@Nullable Integer contextTokens, @Nullable Integer maxOutputTokens) {}

    /**
     * A model.
     *
     * @param model the name that calls send as {@code model}
     * @param state {@code live}, or {@code withdrawn}: then calls are refused
     * @param availability {@code up}, {@code down}, or {@code unknown} where no backend was asked yet
     * @param subscribed whether the organisation may call it
     * @param prices in force now; null if none is
     * @param nextPrices known and not yet in force; null if there are none
     */
    record ModelAnswer(
            UUID id,
            String model,
            String title,
            String publisher,
            String task,
            String summary,
            String licence,
            String state,
            String availability,
            boolean subscribed,
            Limits limits,
            @Nullable Prices prices,
            @Nullable Prices nextPrices) {}

    @GetMapping
    @Operation(
            operationId = "listModels",
            summary = "List live models",
            description = "In the order of their names, with the prices in force and whether they answer.")
    ApiPage<ModelAnswer> models(
            @Parameter(description = "Only models of this task: chat, embeddings or summarization.")
                    @RequestParam(required = false)
                    @Nullable
                    String task,
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
        Task wanted = task(task, faults);
        if (cursor != null && cursor.length() > 100) {
            faults.add("cursor", "This is no cursor of this list.");
        }
        faults.refuseIfAny();
        List<OfferView> found = offers.liveAfter(cursor == null ? "" : cursor, wanted, most + 1);
        Map<UUID, ModelAnswer> answers = answers(found).stream().collect(Collectors.toMap(ModelAnswer::id, one -> one));
        return ApiPage.of(found, most, OfferView::model, offer -> Objects.requireNonNull(answers.get(offer.id())));
    }

    @GetMapping("/{id}")
    @Operation(
            operationId = "getModel",
            summary = "Read one model",
            description = "A withdrawn one too, as long as it was ever live.")
    ModelAnswer model(@Parameter(description = "The model's id.") @PathVariable UUID id) {
        OfferView offer = offers.find(id)
                .filter(found -> found.state() != OfferView.State.DRAFT)
                .orElseThrow(() -> new Refused(ProblemType.NOT_FOUND, "There is no such model. List them anew."));
        return answers(List.of(offer)).getFirst();
    }

    private static @Nullable Task task(@Nullable String label, Faults faults) {
        if (label == null || label.isBlank()) {
            return null;
        }
        for (Task task : Task.values()) {
            if (task.label().equals(label)) {
                return task;
            }
        }
        faults.add(
                "task",
                "There is no such task. There are "
                        + Arrays.stream(Task.values()).map(Task::label).collect(Collectors.joining(", ")) + ".");
        return null;
    }

    private List<ModelAnswer> answers(List<OfferView> shown) {
        Instant now = clock.instant();
        List<UUID> ids = shown.stream().map(OfferView::id).toList();
        Map<UUID, List<PriceVersionView>> versions = prices.versions(ids);
        Map<UUID, Availability.State> states = availability.of(ids);
        Set<UUID> subscribed = subscribers.subscribedTo();
        List<ModelAnswer> answers = new ArrayList<>();
        for (OfferView offer : shown) {
            List<PriceVersionView> all = versions.getOrDefault(offer.id(), List.of());
            answers.add(new ModelAnswer(
                    offer.id(),
                    offer.model(),
                    offer.title(),
                    offer.publisher(),
                    offer.task().label(),
                    offer.summary(),
                    offer.licence(),
                    offer.state().label(),
                    states.getOrDefault(offer.id(), Availability.State.DOWN)
                            .name()
                            .toLowerCase(Locale.ROOT),
                    subscribed.contains(offer.id()),
                    new Limits(offer.contextTokens(), offer.maxOutputTokens()),
                    all.stream()
                            .filter(version -> !version.startsAt().isAfter(now))
                            .reduce((earlier, later) -> later)
                            .map(ModelApi::prices)
                            .orElse(null),
                    all.stream()
                            .filter(version -> version.startsAt().isAfter(now))
                            .findFirst()
                            .map(ModelApi::prices)
                            .orElse(null)));
        }
        return answers;
    }

    private static Prices prices(PriceVersionView version) {
        List<Price> classes = new ArrayList<>();
        for (TokenClass tokenClass : TokenClass.values()) {
            Long micros = version.microsPerMillion().get(tokenClass);
            if (micros != null) {
                String unit = switch (tokenClass) {
                    case REQUEST -> "request";
                    case SECOND -> "second";
                    default -> "million_tokens";
                };
                int scale = unit.equals("million_tokens") ? PER_MILLION : FOR_ONE;
                classes.add(new Price(
                        tokenClass.label(), unit, Amount.of(BigDecimal.valueOf(micros, scale), version.currency())));
            }
        }
        return new Prices(version.number(), version.startsAt(), classes);
    }
}
