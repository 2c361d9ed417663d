/** API keys, rate limits and budgets: who may call the gateway, how much, and how much they may spend. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"identity", "tenancy", "tenancy :: access", "billing", "catalog", "portal", "usage"})
package io.souk.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
