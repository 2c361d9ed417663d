/** Sentences and what is chosen of them. */
@NullMarked
package io.souk.models.summary;

import org.jspecify.annotations.NullMarked;
