/** The zero-configuration mode, started, stopped and killed as a person does. */
@NullMarked
package io.souk.local;

import org.jspecify.annotations.NullMarked;
