/**
 * A Stripe inside the program, for machines without one: it keeps state, refuses what Stripe refuses, and moves no money.
 * A call goes {@code web.LocalStripeApi} to {@link io.souk.local.stripe.Api}, which checks key, parameters and idempotency and
 * runs one handler in one transaction; the events it made are signed and sent by {@code WebhookSender}.
 */
@NullMarked
package io.souk.local.stripe;

import org.jspecify.annotations.NullMarked;
