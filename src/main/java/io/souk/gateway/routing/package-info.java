/**
 * Which backend a call is sent to: priority and weight, a breaker for each backend, room for calls, and rest after a
 * backend asked to be left alone. Plain Java over the snapshot and one library for breakers (ADR 32).
 */
@NullMarked
package io.souk.gateway.routing;

import org.jspecify.annotations.NullMarked;
