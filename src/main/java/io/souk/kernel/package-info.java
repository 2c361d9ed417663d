/** Money, tokens, ids and whose data is at hand: plain Java that every module shares. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.souk.kernel;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
