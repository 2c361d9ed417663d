/** The gateway over real sockets, with a scripted backend and scripted admission. */
@NullMarked
package io.souk.gateway.http;

import org.jspecify.annotations.NullMarked;
