/** API keys: who may call the gateway. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenancy", "tenancy :: access", "billing", "catalog", "portal", "usage"})
package io.souk.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
