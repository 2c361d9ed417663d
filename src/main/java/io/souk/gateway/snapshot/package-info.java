/** What a gateway knows, in one immutable object that a call reads once. Plain Java. */
@NullMarked
package io.souk.gateway.snapshot;

import org.jspecify.annotations.NullMarked;
