/**
 * Mail to people. Listens, never commands. A mail is written into an outbox in the transaction that causes it; a worker
 * gives it to the mail server, again and again if need be. Without a mail server it is shown on a page instead.
 */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"access :: events", "identity :: events", "tenancy :: access", "tenancy :: events"})
package io.souk.notice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
