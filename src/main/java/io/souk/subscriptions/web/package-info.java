/** Subscribing, and ending a subscription, from a model's page. */
@NullMarked
package io.souk.subscriptions.web;

import org.jspecify.annotations.NullMarked;
