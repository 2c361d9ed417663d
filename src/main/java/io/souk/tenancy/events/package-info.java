/** What happened to organisations and their members. */
@NullMarked
@NamedInterface("events")
package io.souk.tenancy.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
