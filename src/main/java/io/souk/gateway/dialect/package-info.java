/** What every dialect is made of: JSON and event streams, read as bytes in one pass, in pieces of any size. */
@NullMarked
package io.souk.gateway.dialect;

import org.jspecify.annotations.NullMarked;
