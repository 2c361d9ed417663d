package io.souk.billing;

import java.time.Clock;

/**
 * A Stripe to talk to that is not the real one. Without a secret key in the configuration, whoever offers this bean stands
 * in for Stripe.
 *
 * @param apiBase what stripe-java's API bases are set to
 * @param webhookUrl where it is to send its webhooks
 * @param clock its time
 */
public record StripeAccess(String apiBase, String secretKey, String webhookUrl, Clock clock) {
    @Override
    public String toString() {
        return "StripeAccess[" + apiBase + "]";
    }
}
