package io.souk.local.stripe.web;

import io.souk.local.stripe.ApiAnswer;
import io.souk.local.stripe.ApiCall;
import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Hands Stripe's API calls to the local Stripe and its answers back, byte for byte. */
@RestController
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
@Anyone
class LocalStripeApi {
    private static final String PREFIX = "/local/stripe";

    private final LocalStripe stripe;

    LocalStripeApi(LocalStripe stripe) {
        this.stripe = stripe;
    }

    @Anyone
    @RequestMapping({PREFIX + "/v1/**", PREFIX + "/v2/**"})
    void call(
            HttpServletRequest request,
            HttpServletResponse response,
            @RequestBody(required = false) byte @Nullable [] body)
            throws IOException {
        String query = request.getQueryString();
        String form = request.getMethod().equals("POST")
                ? body == null ? "" : new String(body, StandardCharsets.UTF_8)
                : query == null ? "" : query;
        ApiAnswer answer = stripe.api()
                .answer(new ApiCall(
                        request.getMethod(),
                        request.getRequestURI()
                                .substring(request.getContextPath().length() + PREFIX.length()),
                        form,
                        request.getHeader("Authorization"),
                        request.getHeader("Idempotency-Key"),
                        request.getHeader("Stripe-Version")));
        if (!answer.delay().isZero()) {
            LockSupport.parkNanos(answer.delay().toNanos());
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(answer.status());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        answer.headers().forEach(response::setHeader);
        response.setHeader("Cache-Control", "no-cache, no-store");
        if (answer.dropped()) {
            // Fewer bytes than announced: the server closes the connection, the caller never sees an answer.
            response.setContentLength(bytes.length + 1);
            response.flushBuffer();
            return;
        }
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
