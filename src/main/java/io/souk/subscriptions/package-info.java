/** Which organisation may call which offer. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenancy", "tenancy :: access", "catalog"})
package io.souk.subscriptions;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
