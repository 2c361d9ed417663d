/** What runs in containers, checked without one. */
@NullMarked
package io.souk.infra;

import org.jspecify.annotations.NullMarked;
