package io.souk.access.web;

import io.souk.access.ApiKeyView;
import io.souk.access.ApiKeys;
import io.souk.access.CreatedKey;
import io.souk.access.KeyRequests;
import io.souk.kernel.Ids;
import io.souk.platform.ApiPage;
import io.souk.platform.Faults;
import io.souk.platform.Names;
import io.souk.platform.ProblemType;
import io.souk.platform.Refused;
import io.souk.platform.Refuses;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The API keys of the organisation of a token. */
@RestController
@RequestMapping("/api/v1/keys")
class KeyApi {
    private static final int MOST_YEARS = 100;

    private final ApiKeys keys;
    private final KeyRequests requests;
    private final Projects projects;
    private final Clock clock;

    KeyApi(ApiKeys keys, KeyRequests requests, Projects projects, Clock clock) {
        this.keys = keys;
        this.requests = requests;
        this.projects = projects;
        this.clock = clock;
    }

    /**
     * A key.
     *
     * @param start its first characters, enough to recognise it
     * @param state {@code active}, {@code expired} or {@code revoked}
     * @param secret the key itself: only in the answer that made it, null in every other
     */
    record KeyAnswer(
            UUID id,
            String name,
            UUID projectId,
            String start,
            String state,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable String secret) {
        @Override
        public String toString() {
            return "KeyAnswer[" + start + "…]";
        }
    }

    /**
     * A key to make.
     *
     * @param name 1 to 100 characters
     * @param projectId one of the organisation's projects; the default one where nothing is said
     * @param expiresAt when it stops working, as 2027-01-31T00:00:00Z; never where nothing is said
     */
    record KeyRequest(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable
            String name,

            @Nullable String projectId,
            @Nullable String expiresAt) {}

    @GetMapping
    @ApiScope("keys.read")
    @Operation(
            operationId = "listKeys",
            summary = "List keys",
            description = "Revoked and expired ones too, the newest first; never a secret.")
    ApiPage<KeyAnswer> list(
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
        List<ApiKeyView> found = keys.olderThan(before, most + 1);
        return ApiPage.of(found, most, key -> key.id().toString(), key -> answer(key, null));
    }

    @GetMapping("/{id}")
    @ApiScope("keys.read")
    @Operation(operationId = "getKey", summary = "Read one key")
    KeyAnswer key(@Parameter(description = "The key's id.") @PathVariable UUID id) {
        return answer(keys.find(id).filter(key -> !key.portal()).orElseThrow(() -> Refused.notFound("key")), null);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @ApiScope("keys.write")
    @ApiResponse(responseCode = "201", description = "The key, with its secret. It is shown here and never again.")
    @ApiResponse(
            responseCode = "200",
            description = "The key was made by an earlier request with this Idempotency-Key; without its secret. If "
                    + "that answer was lost, revoke the key and make another.")
    @Refuses(ProblemType.IDEMPOTENCY_KEY_REUSED)
    @Operation(operationId = "createKey", summary = "Create a key")
    ResponseEntity<KeyAnswer> create(
            @RequestBody KeyRequest request,
            @Parameter(
                            description = "A name for this request, 1 to 255 characters, like a random UUID. Of all "
                                    + "requests with the same name within a day comes one key.")
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable
                    String idempotencyKey) {
        Faults faults = new Faults();
        String name = request.name() == null ? "" : request.name().strip();
        Names.problem("A key's name", name).ifPresent(problem -> faults.add("name", problem));
        Instant expiresAt = expiry(request.expiresAt(), faults);
        UUID project = project(request.projectId(), faults);
        if (idempotencyKey != null && !idempotencyKey.matches("[\\x21-\\x7e]{1,255}")) {
            faults.add("Idempotency-Key", "It has 1 to 255 visible ASCII characters.");
        }
        faults.refuseIfAny();
        if (idempotencyKey == null) {
            return made(keys.create(name, project, expiresAt, null));
        }
        return switch (requests.create(idempotencyKey, name, project, expiresAt)) {
            case KeyRequests.Made(CreatedKey created) -> made(created);
            case KeyRequests.MadeBefore(ApiKeyView key) -> ResponseEntity.ok(answer(key, null));
            case KeyRequests.NameTaken _ ->
                throw new Refused(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "Another key was asked for with this Idempotency-Key, so none is made. Send a new one with "
                                + "each new request.");
        };
    }

    private static ResponseEntity<KeyAnswer> made(CreatedKey created) {
        return ResponseEntity.created(URI.create("/api/v1/keys/" + created.key().id()))
                .header("Cache-Control", "no-store")
                .body(answer(created.key(), created.secret()));
    }

    private UUID project(@Nullable String id, Faults faults) {
        if (id == null || id.isBlank()) {
            return projects.standard().id();
        }
        UUID asked = faults.id("projectId", id);
        Optional<ProjectView> project = asked == null ? Optional.empty() : projects.find(asked);
        if (asked != null && project.isEmpty()) {
            faults.add("projectId", "Your organisation has no such project. GET /api/v1/projects lists all.");
        }
        return project.map(ProjectView::id).orElse(Ids.NIL);
    }

    private @Nullable Instant expiry(@Nullable String text, Faults faults) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            Instant expiresAt = Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
            Instant now = clock.instant();
            if (expiresAt.isAfter(now) && expiresAt.isBefore(now.plus(MOST_YEARS * 366L, ChronoUnit.DAYS))) {
                return expiresAt;
            }
            faults.add("expiresAt", "Choose a time in the future, at most a hundred years ahead.");
        } catch (DateTimeParseException e) {
            faults.add("expiresAt", "This is no time. Write it as 2027-01-31T00:00:00Z.");
        }
        return null;
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @ApiScope("keys.write")
    @Operation(
            operationId = "revokeKey",
            summary = "Revoke a key",
            description = "For good; calls with it are refused within a second. Revoking it again changes nothing.")
    void revoke(@Parameter(description = "The key's id.") @PathVariable UUID id) {
        if (keys.revoke(id, null).isEmpty()) {
            throw Refused.notFound("key");
        }
    }

    private static KeyAnswer answer(ApiKeyView key, @Nullable String secret) {
        return new KeyAnswer(
                key.id(),
                key.name(),
                key.projectId(),
                key.start(),
                key.state().name().toLowerCase(Locale.ROOT),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt(),
                secret);
    }
}
