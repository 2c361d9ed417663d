/** Looks for input that breaks what reads bytes from outside. */
@NullMarked
package io.souk.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
