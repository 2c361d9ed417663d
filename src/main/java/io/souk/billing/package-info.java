/** What usage costs and how organisations pay for it: counters, leases, settlement, ledger, statements. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"identity", "tenancy", "tenancy :: access", "catalog", "subscriptions", "usage", "portal"
        })
package io.souk.billing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
