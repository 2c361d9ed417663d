/** API keys: who may call the gateway. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenancy", "billing", "catalog"})
package io.souk.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
