/** The promise that every call is charged exactly once, held against whatever can break at the worst moment. */
@NullMarked
package io.souk.exactness;

import org.jspecify.annotations.NullMarked;
