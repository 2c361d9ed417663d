/** The shell around every page: home, navigation, documentation, error pages, security headers, and how amounts are written. */
@NullMarked
@ApplicationModule(allowedDependencies = {"identity", "tenancy", "tenancy :: access"})
package io.souk.portal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
