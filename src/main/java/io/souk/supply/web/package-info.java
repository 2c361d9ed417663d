/** For admins: the wizard that publishes a model, its price edits and withdrawal, and the health of all backends. */
@NullMarked
package io.souk.supply.web;

import org.jspecify.annotations.NullMarked;
