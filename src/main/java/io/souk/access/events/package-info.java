/** What happens to keys and budgets, for whoever wants to know. */
@NullMarked
@NamedInterface("events")
package io.souk.access.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
