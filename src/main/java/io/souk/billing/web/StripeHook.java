package io.souk.billing.web;

import io.souk.billing.StripeInbox;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where Stripe tells what happened. The signature is checked over the bytes as they came; what is genuine is stored once
 * and answered with 200 at once; what it means is read from Stripe afterwards.
 */
@RestController
@Anyone
class StripeHook {
    private static final int MOST_BYTES = 1 << 20;

    private final StripeInbox inbox;

    StripeHook(StripeInbox inbox) {
        this.inbox = inbox;
    }

    @Anyone
    @PostMapping(path = "/webhooks/stripe", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> receive(
            HttpServletRequest request,
            @RequestHeader(name = "Stripe-Signature", required = false) @Nullable String signature)
            throws IOException {
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            return answer(HttpStatus.CONTENT_TOO_LARGE, "A webhook has at most 1 MiB.");
        }
        return switch (inbox.receive(body, signature == null ? "" : signature)) {
            case STORED -> answer(HttpStatus.OK, "Stored.");
            case REPEATED -> answer(HttpStatus.OK, "Stored before.");
            case NOT_GENUINE ->
                answer(
                        HttpStatus.BAD_REQUEST,
                        "The signature or its time is not right. Check the signing secret of this endpoint and the"
                                + " clock of this machine.");
            case NOT_EXPECTED -> answer(HttpStatus.NOT_FOUND, "No Stripe account is configured here.");
        };
    }

    private static ResponseEntity<String> answer(HttpStatus status, String text) {
        return ResponseEntity.status(status).body(text + "\n");
    }
}
