/** What the frame, the parts and the words of pages promise. */
@NullMarked
package io.souk.portal;

import org.jspecify.annotations.NullMarked;
