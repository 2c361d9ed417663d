/**
 * Rate limits: requests and tokens per minute, calls at once. Counted in this process, or with other gateways through
 * Redis; nothing here waits.
 */
@NullMarked
package io.souk.gateway.limits;

import org.jspecify.annotations.NullMarked;
