/** Mail to people. Listens, never commands. */
@NullMarked
@ApplicationModule(allowedDependencies = {"identity"})
package io.souk.notice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
