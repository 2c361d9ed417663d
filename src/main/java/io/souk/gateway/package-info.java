/** The data plane: one call in, one call out, held before, counted during, settled after. */
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "subscriptions", "catalog", "supply", "billing", "usage"})
package io.souk.gateway;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
