/** What supply promises. */
@NullMarked
package io.souk.supply;

import org.jspecify.annotations.NullMarked;
