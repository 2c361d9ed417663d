/** Pages and the management API of keys and projects. */
@NullMarked
package io.souk.access.web;

import org.jspecify.annotations.NullMarked;
