package io.souk.local.stripe.web;

import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.Control;
import io.souk.local.stripe.ControlToken;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.access.Anyone;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The switches over HTTP, for tests that run outside the program and hold the control token. */
@RestController
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
@Anyone
class LocalStripeControlApi {
    private final LocalStripe stripe;
    private final ControlToken token;

    LocalStripeControlApi(LocalStripe stripe, ControlToken token) {
        this.stripe = stripe;
        this.token = token;
    }

    @Anyone
    @PostMapping(path = "/local/stripe/control/{action}", produces = "application/json")
    ResponseEntity<String> control(
            @PathVariable String action,
            @RequestHeader(name = "Souk-Control", required = false) @Nullable String given,
            @RequestParam Map<String, String> parameters) {
        if (!token.admits(given)) {
            return ResponseEntity.status(HttpStatus.NOT_FOUND).body("{\"error\":\"not found\"}");
        }
        try {
            String answer = perform(action, parameters, stripe.control());
            return answer == null
                    ? ResponseEntity.status(HttpStatus.NOT_FOUND).body("{\"error\":\"unknown switch\"}")
                    : ResponseEntity.ok(answer);
        } catch (NumberFormatException | DateTimeParseException e) {
            return ResponseEntity.badRequest().body("{\"error\":\"a parameter cannot be read\"}");
        }
    }

    private @Nullable String perform(String action, Map<String, String> parameters, Control control) {
        int count = Integer.parseInt(parameters.getOrDefault("count", "1"));
        String done = "{\"done\":true}";
        switch (action) {
            case "advance" -> {
                if (parameters.containsKey("to")) {
                    control.advanceTo(Instant.parse(parameters.get("to")));
                } else {
                    control.advance(Duration.ofDays(Long.parseLong(parameters.getOrDefault("days", "0")))
                            .plusSeconds(Long.parseLong(parameters.getOrDefault("seconds", "0"))));
                }
                return "{\"now\":\"" + stripe.now() + "\"}";
            }
            case "fail" -> control.failNext(count, Integer.parseInt(parameters.getOrDefault("status", "500")));
            case "delay" ->
                control.delayNext(
                        count, Duration.ofMillis(Long.parseLong(parameters.getOrDefault("milliseconds", "1000"))));
            case "drop" -> control.dropNext(count);
            case "decline" -> control.declineNext(parameters.get("reason"));
            case "recover" -> control.recover();
            case "hold" -> control.hold();
            case "release" -> control.release("newest-first".equals(parameters.get("order")));
            case "replay" -> control.replay(parameters.getOrDefault("event", ""));
            case "duplicate" -> control.duplicateNext(count);
            case "settle" -> {
                return "{\"settled\":" + control.settled(Duration.ofSeconds(10)) + "}";
            }
            case "dump" -> {
                return control.dump(parameters.getOrDefault("type", "event"));
            }
            case "reset" -> control.reset();
            default -> {
                return null;
            }
        }
        return done;
    }
}
