/** Models on offer: their cards, and the price book. */
@NullMarked
@ApplicationModule(allowedDependencies = {"identity", "tenancy", "tenancy :: access", "portal"})
package io.souk.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
