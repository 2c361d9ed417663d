/** What subscriptions promises. */
@NullMarked
package io.souk.subscriptions;

import org.jspecify.annotations.NullMarked;
