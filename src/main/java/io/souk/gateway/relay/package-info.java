/**
 * Bytes of one call, up to a backend and down to its caller, with back-pressure, deadlines and cancellation.
 *
 * <p>A call comes in as a {@link io.souk.gateway.relay.CallRequest}; {@link io.souk.gateway.relay.Calls} admits it, holds
 * its money and journals it; the relay tries its {@link io.souk.gateway.relay.Route}s and ends it with exactly one
 * {@link io.souk.gateway.relay.CallEnd}, which is acknowledged before the caller sees the last piece of the answer.
 */
@NullMarked
package io.souk.gateway.relay;

import org.jspecify.annotations.NullMarked;
