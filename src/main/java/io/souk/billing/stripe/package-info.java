/** The payment provider as billing needs it, on stripe-java. Nothing outside this package knows Stripe. */
@NullMarked
package io.souk.billing.stripe;

import org.jspecify.annotations.NullMarked;
