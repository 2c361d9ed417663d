/** Backends: where a model runs, its credential, its health, and the wizard that publishes a model. */
@NullMarked
@ApplicationModule(allowedDependencies = {"catalog", "identity", "tenancy", "tenancy :: access"})
package io.souk.supply;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
