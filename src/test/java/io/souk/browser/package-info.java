/** What people do with the whole program, in a browser and with the SDK they have: it is started as they start it. */
@NullMarked
package io.souk.browser;

import org.jspecify.annotations.NullMarked;
