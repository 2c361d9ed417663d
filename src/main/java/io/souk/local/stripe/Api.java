package io.souk.local.stripe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Stripe's API, as far as the local Stripe speaks it: a request in, an answer out, never an exception. */
public final class Api {
    private static final Logger log = LoggerFactory.getLogger(Api.class);
    private static final long DAY = 86_400;

    private final Records records;
    private final String key;
    private final List<Route> routes;
    private final Expansion expansion;
    private final Failures failures;
    private final Runnable afterWrite;
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

    Api(Records records, String key, List<Route> routes, Failures failures, Runnable afterWrite) {
        this.records = records;
        this.key = key;
        this.routes = routes;
        this.expansion = new Expansion(records);
        this.failures = failures;
        this.afterWrite = afterWrite;
    }

    /** Answers a call; whatever goes wrong is in the answer. */
    public ApiAnswer answer(ApiCall call) {
        String request = "req_" + Records.random(14);
        Failures.Failure failure = failures.next();
        if (failure != null && failure.status() != null) {
            Refusal refusal = Failures.refusal(failure.status());
            return finished(call, request, refusal.status(), Json.write(refusal.body()), failure, false);
        }
        try {
            Outcome outcome = perform(call, request);
            return finished(call, request, outcome.status(), outcome.body(), failure, outcome.replayed());
        } catch (Refusal refusal) {
            return finished(call, request, refusal.status(), Json.write(refusal.body()), failure, false);
        } catch (RuntimeException e) {
            log.error("the local Stripe failed at {} {} ({})", call.method(), call.path(), request, e);
            Refusal refusal = Refusal.of(500, "api_error", null, "The local Stripe failed; its log says why.", null);
            return finished(call, request, 500, Json.write(refusal.body()), failure, false);
        }
    }

    private record Outcome(int status, String body, boolean replayed) {}

    private Outcome perform(ApiCall call, String request) {
        authorise(call.authorization());
        for (Route route : routes) {
            Optional<List<String>> ids = route.match(call.method(), call.path());
            if (ids.isPresent()) {
                Form form = Form.parse(call.form());
                Contract.check(form.tree(), route.params());
                return guarded(call, route, new Call(call.path(), ids.get(), form), request);
            }
        }
        throw Refusal.of(
                404,
                "invalid_request_error",
                null,
                "Unrecognized request URL (" + call.method() + ": " + call.path() + "). The local Stripe does not know "
                        + "it; Stripe might.",
                null);
    }

    private void authorise(@Nullable String authorization) {
        String given = secretIn(authorization);
        if (given.isEmpty()) {
            throw Refusal.of(
                    401,
                    "invalid_request_error",
                    null,
                    "You did not provide an API key. You need to provide your API key in the Authorization header, "
                            + "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                    null);
        }
        if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8))) {
            String end = given.length() > 12 ? given.substring(given.length() - 4) : "";
            throw Refusal.of(401, "invalid_request_error", null, "Invalid API Key provided: ****" + end, null);
        }
    }

    private static String secretIn(@Nullable String authorization) {
        if (authorization == null) {
            return "";
        }
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                byte[] decoded =
                        Base64.getDecoder().decode(authorization.substring(6).strip());
                String pair = new String(decoded, StandardCharsets.UTF_8);
                return pair.contains(":") ? pair.substring(0, pair.indexOf(':')) : pair;
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
        return "";
    }

    private Outcome guarded(ApiCall api, Route route, Call call, String request) {
        if (route.reads()) {
            return new Outcome(200, Json.write(work(route, call)), false);
        }
        String idempotencyKey = api.idempotencyKey();
        Set<String> held = new java.util.HashSet<>();
        try {
            if (idempotencyKey != null && !take(held, "key " + idempotencyKey)) {
                throw Refusal.of(
                        409,
                        "idempotency_error",
                        "idempotency_key_in_use",
                        "There is currently another in-progress request using this Idempotent Key (that probably means "
                                + "you submitted twice, and the other request is still going through): "
                                + idempotencyKey
                                + ". Please try again later.",
                        null);
            }
            MeterEvents.exclusive(call).ifPresent(pair -> {
                if (!take(held, "meter " + pair)) {
                    throw Refusal.lockTimeout();
                }
            });
            Outcome outcome = records.store().write(() -> once(api, route, call, request));
            afterWrite.run();
            return outcome;
        } finally {
            inFlight.removeAll(held);
        }
    }

    private boolean take(Set<String> held, String what) {
        return inFlight.add(what) && held.add(what);
    }

    private Outcome once(ApiCall api, Route route, Call call, String request) {
        String idempotencyKey = api.idempotencyKey();
        if (idempotencyKey == null) {
            return kept(api, route, call, request);
        }
        if (idempotencyKey.length() > 255) {
            throw Refusal.invalid(null, "Idempotency keys may have up to 255 characters.", null);
        }
        String fingerprint = fingerprint(api);
        Time time = records.time();
        Optional<Store.Remembered> before = records.store().remembered(idempotencyKey, time.machineSeconds() - DAY);
        if (before.isPresent() && !before.get().fingerprint().equals(fingerprint)) {
            throw Refusal.of(
                    400,
                    "idempotency_error",
                    null,
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                            + "Try using a key other than '"
                            + idempotencyKey
                            + "' if you meant to execute a different request.",
                    null);
        }
        if (before.isPresent()) {
            return new Outcome(before.get().status(), before.get().body(), true);
        }
        Outcome outcome = kept(api, route, call, request);
        records.store()
                .remember(
                        idempotencyKey,
                        new Store.Remembered(fingerprint, outcome.status(), outcome.body()),
                        time.machineSeconds());
        return outcome;
    }

    /** Runs the handler; a refusal that keeps what was done, such as a declined charge, becomes the answer. */
    private Outcome kept(ApiCall api, Route route, Call call, String request) {
        try {
            ObjectNode body = ScopedValue.where(Records.CAUSE, new Records.Cause(request, api.idempotencyKey()))
                    .call(() -> work(route, call));
            return new Outcome(200, Json.write(body), false);
        } catch (Refusal refusal) {
            if (!refusal.kept()) {
                throw refusal;
            }
            return new Outcome(refusal.status(), Json.write(refusal.body()), false);
        }
    }

    private ObjectNode work(Route route, Call call) {
        Long frozen = TestClocks.timeFor(records, call);
        ObjectNode body = frozen == null
                ? route.handler().apply(call)
                : records.time().at(frozen, () -> route.handler().apply(call));
        return Json.shown(expansion.expand(body, call.form().texts("expand")));
    }

    private static String fingerprint(ApiCall call) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String all = call.method() + " " + call.path() + "\n" + call.form();
            return HexFormat.of().formatHex(digest.digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ApiAnswer finished(
            ApiCall call,
            String request,
            int status,
            String body,
            Failures.@Nullable Failure failure,
            boolean replayed) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Request-Id", request);
        headers.put("Stripe-Version", call.version() == null ? Records.API_VERSION : call.version());
        if (call.idempotencyKey() != null) {
            headers.put("Idempotency-Key", call.idempotencyKey());
        }
        if (replayed) {
            headers.put("Idempotent-Replayed", "true");
            headers.put("Original-Request", request);
        }
        if (status == 400 || status == 404 || status == 401) {
            headers.put("Stripe-Should-Retry", "false");
        }
        return new ApiAnswer(
                status,
                body,
                headers,
                failure == null ? Duration.ZERO : failure.delay(),
                failure != null && failure.dropped());
    }
}
