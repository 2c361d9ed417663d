/** Whether a call may be made, and the credit it holds. Plain Java over the snapshot: no framework, no clock of its own. */
@NullMarked
package io.souk.gateway.admission;

import org.jspecify.annotations.NullMarked;
