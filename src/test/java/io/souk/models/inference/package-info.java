/** Counts, vectors and turns of the model itself. */
@NullMarked
package io.souk.models.inference;

import org.jspecify.annotations.NullMarked;
