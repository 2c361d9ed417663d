/** What a call used and what it costs. Plain Java. */
@NullMarked
package io.souk.gateway.metering;

import org.jspecify.annotations.NullMarked;
