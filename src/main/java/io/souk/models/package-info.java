/** The models that the house itself runs on the CPU, and the server that answers for them. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.souk.models;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
