/** Every finished call and its roll-ups, and the pages that show them. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenancy", "tenancy :: access", "catalog", "portal"})
package io.souk.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
