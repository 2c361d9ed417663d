/** The local Stripe, asked by stripe-java as the real one would be. */
@NullMarked
package io.souk.local.stripe;

import org.jspecify.annotations.NullMarked;
