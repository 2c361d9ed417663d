/** What happened to a person's account, for whoever tells the person or acts on it. */
@NullMarked
@NamedInterface("events")
package io.souk.identity.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
