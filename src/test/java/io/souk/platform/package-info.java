/** Tests of what every module stands on. */
@NullMarked
package io.souk.platform;

import org.jspecify.annotations.NullMarked;
