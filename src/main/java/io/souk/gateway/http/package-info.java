/** The gateway's listener: paths, limits of size and time, request ids, start and stop. */
@NullMarked
package io.souk.gateway.http;

import org.jspecify.annotations.NullMarked;
