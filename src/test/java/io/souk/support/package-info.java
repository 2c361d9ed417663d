/** What tests share: a real database, the whole program, a browser, a scripted backend, a clock that is told the time. */
@NullMarked
package io.souk.support;

import org.jspecify.annotations.NullMarked;
