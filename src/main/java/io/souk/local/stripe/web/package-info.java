/** The local Stripe over HTTP: its API, its payment page, its switches, and a page for admins. */
@NullMarked
package io.souk.local.stripe.web;

import org.jspecify.annotations.NullMarked;
