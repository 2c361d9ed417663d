/** The zero-configuration mode: embedded PostgreSQL, the local Stripe, the mailbox and the seed. */
@NullMarked
@ApplicationModule
package io.souk.local;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
