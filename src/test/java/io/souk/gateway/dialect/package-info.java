/** JSON and event streams, cut anywhere. */
@NullMarked
package io.souk.gateway.dialect;

import org.jspecify.annotations.NullMarked;
