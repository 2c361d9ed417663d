/** Who may call a handler, said on the handler. Exactly one of these stands on each, or on its class. */
@NullMarked
@NamedInterface("access")
package io.souk.tenancy.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
