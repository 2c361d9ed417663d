/** People: accounts, sign-up, sign-in, sign-in with another provider, and the authorization server. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.souk.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
