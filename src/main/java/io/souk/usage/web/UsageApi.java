package io.souk.usage.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.kernel.CallReason;
import io.souk.kernel.TokenClass;
import io.souk.platform.Amount;
import io.souk.platform.ApiPage;
import io.souk.platform.Faults;
import io.souk.platform.Refused;
import io.souk.tenancy.access.ApiScope;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageLine;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the organisation of a token used, in sums and down to the single call. */
@RestController
@RequestMapping("/api/v1")
@ApiScope("usage.read")
class UsageApi {
    private static final int MOST_DAYS = 366;
    private static final String FROM = "The first day, as 2027-01-31, by UTC; 29 days before the last one by default.";
    private static final String TO = "The last day, by UTC; today by default. At most 366 days after the first.";
    private static final String MODEL = "Only calls to the model of this name.";
    private static final String KEY = "Only calls with the key of this id.";
    private static final String PROJECT = "Only calls of the project of this id.";

    private final UsageReports reports;
    private final UsageNames names;
    private final Offers offers;
    private final Clock clock;

    UsageApi(UsageReports reports, UsageNames names, Offers offers, Clock clock) {
        this.reports = reports;
        this.names = names;
        this.offers = offers;
        this.clock = clock;
    }

    /**
     * What calls came to.
     *
     * @param id the day, or the id of the model, key or project; empty for the total
     * @param name what it is called; null where it has no name, as a day
     * @param calls how many ended, {@code failed} of them not completely
     * @param other audio and image tokens
     */
    record Line(
            String id,
            @Nullable String name,
            long calls,
            long failed,
            long inputTokens,
            long outputTokens,
            long other,
            Amount charge) {}

    record Usage(String by, LocalDate from, LocalDate to, List<Line> data) {}

    /**
     * A settled call. What was said in it is not kept.
     *
     * @param reason why it ended: {@code completed}, {@code cancelled} and so on
     * @param countSource where the counts come from: {@code provider}, {@code counted}, {@code estimated} and so on
     * @param counts by token class, those that are not zero
     * @param cost exact; {@code charge} is what is paid, rounded once
     * @param firstByteMs null if no byte came
     */
    record Call(
            UUID id,
            String requestId,
            Instant startedAt,
            Instant endedAt,
            Instant settledAt,
            UUID modelId,
            String model,
            UUID keyId,
            UUID projectId,
            String operation,
            boolean stream,
            int status,
            String reason,
            String countSource,
            Map<String, Long> counts,
            Amount cost,
            Amount charge,
            @Nullable Integer firstByteMs,
            int totalMs) {}

    @GetMapping("/usage")
    @Operation(
            operationId = "getUsage",
            summary = "Read usage in sums",
            description = "Of whole days, by UTC. A call counts within two seconds of its end.")
    Usage usage(
            @Parameter(description = FROM) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = TO) @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "How sums are put together: day, model, key, project or total; day by default.")
                    @RequestParam(required = false)
                    @Nullable
                    String by,
            @Parameter(description = MODEL) @RequestParam(required = false) @Nullable String model,
            @Parameter(description = KEY) @RequestParam(required = false) @Nullable String key,
            @Parameter(description = PROJECT) @RequestParam(required = false) @Nullable String project) {
        Faults faults = new Faults();
        UsageReports.Group group = group(by, faults);
        UsageQuery query = query(from, to, model, key, project, null, faults);
        List<UsageLine> lines = reports.sums(query, group);
        Map<UUID, String> words = group == UsageReports.Group.DAY || group == UsageReports.Group.TOTAL
                ? Map.of()
                : names.of(
                        group,
                        lines.stream().map(line -> UUID.fromString(line.id())).toList());
        return new Usage(
                group.name().toLowerCase(Locale.ROOT),
                query.from(),
                query.to(),
                lines.stream()
                        .map(line -> new Line(
                                line.id(),
                                words.isEmpty() ? null : words.get(UUID.fromString(line.id())),
                                line.calls(),
                                line.failed(),
                                line.input(),
                                line.output(),
                                line.other(),
                                Amount.ofNanos(line.chargeNanos(), line.currency())))
                        .toList());
    }

    @GetMapping("/calls")
    @Operation(
            operationId = "listCalls",
            summary = "List single calls",
            description = "The newest first, within two seconds of their end.")
    ApiPage<Call> calls(
            @Parameter(description = FROM) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = TO) @RequestParam(required = false) @Nullable String to,
            @Parameter(description = MODEL) @RequestParam(required = false) @Nullable String model,
            @Parameter(description = KEY) @RequestParam(required = false) @Nullable String key,
            @Parameter(description = PROJECT) @RequestParam(required = false) @Nullable String project,
            @Parameter(description = "Only calls that ended so, as completed or cancelled.")
                    @RequestParam(required = false)
                    @Nullable
                    String reason,
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
        String ended = reason == null || reason.isBlank() ? null : CallWords.known(reason);
        if (reason != null && !reason.isBlank() && ended == null) {
            faults.add("reason", "No call ends so. There are " + String.join(", ", labels()) + ".");
        }
        UsageQuery query = query(from, to, model, key, project, ended, faults);
        try {
            UsageReports.Page page = reports.calls(query, cursor == null ? "" : cursor, most);
            return new ApiPage<>(
                    page.calls().stream().map(UsageApi::call).toList(),
                    page.next().orElse(null));
        } catch (IllegalArgumentException noCursor) {
            faults.add("cursor", "This is no cursor of this list. Begin anew without one.");
            faults.refuseIfAny();
            throw noCursor;
        }
    }

    @GetMapping("/calls/{id}")
    @Operation(operationId = "getCall", summary = "Read one call")
    Call call(@Parameter(description = "The call's id.") @PathVariable UUID id) {
        return call(reports.call(id).orElseThrow(() -> Refused.notFound("call")));
    }

    private UsageQuery query(
            @Nullable String from,
            @Nullable String to,
            @Nullable String model,
            @Nullable String key,
            @Nullable String project,
            @Nullable String reason,
            Faults faults) {
        LocalDate last = faults.day("to", to, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        LocalDate first = faults.day("from", from, last.minusDays(29));
        if (first.isAfter(last)) {
            faults.add("from", "The first day " + first + " is after the last, " + last + ".");
        } else if (first.isBefore(last.minusDays(MOST_DAYS))) {
            faults.add("from", "From " + first + " to " + last + " are more than " + MOST_DAYS + " days.");
        }
        UUID offer = null;
        if (model != null && !model.isBlank()) {
            Optional<OfferView> named =
                    offers.byModel(model.strip()).filter(found -> found.state() != OfferView.State.DRAFT);
            if (named.isEmpty()) {
                faults.add("model", "There is no model of this name.");
            }
            offer = named.map(OfferView::id).orElse(null);
        }
        UUID keyId = faults.id("key", key);
        UUID projectId = faults.id("project", project);
        faults.refuseIfAny();
        return new UsageQuery(first, last, offer, keyId, projectId, reason);
    }

    private static UsageReports.Group group(@Nullable String by, Faults faults) {
        if (by == null || by.isBlank()) {
            return UsageReports.Group.DAY;
        }
        for (UsageReports.Group group : UsageReports.Group.values()) {
            if (group.name().toLowerCase(Locale.ROOT).equals(by)) {
                return group;
            }
        }
        faults.add("by", "Sums are put together by day, model, key, project or total.");
        return UsageReports.Group.DAY;
    }

    private static List<String> labels() {
        return java.util.Arrays.stream(CallReason.values())
                .map(CallReason::label)
                .toList();
    }

    private static Call call(UsageCall call) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (TokenClass tokenClass : TokenClass.values()) {
            if (call.counts().get(tokenClass) > 0) {
                counts.put(tokenClass.label(), call.counts().get(tokenClass));
            }
        }
        return new Call(
                call.id(),
                call.requestId(),
                call.startedAt(),
                call.endedAt(),
                call.settledAt(),
                call.offerId(),
                call.model(),
                call.keyId(),
                call.projectId(),
                call.operation(),
                call.stream(),
                call.status(),
                call.reason().label(),
                call.source().label(),
                counts,
                Amount.of(call.costPicos().movePointLeft(12), call.currency()),
                Amount.ofNanos(call.chargeNanos(), call.currency()),
                call.firstByteMs(),
                call.totalMs());
    }
}
