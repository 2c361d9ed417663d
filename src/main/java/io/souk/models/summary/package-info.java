/** Shortens a text to its most telling sentences, word for word and in their order. */
@NullMarked
package io.souk.models.summary;

import org.jspecify.annotations.NullMarked;
