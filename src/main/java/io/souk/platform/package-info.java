/** What every module stands on: which roles a process has, how PostgreSQL is reached, whose rows a transaction sees. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.souk.platform;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
