/** Pages and the management API of what was used, down to the single call. */
@NullMarked
package io.souk.usage.web;

import org.jspecify.annotations.NullMarked;
