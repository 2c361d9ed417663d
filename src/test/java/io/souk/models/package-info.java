/** The house models, asked over HTTP and measured against fixed sets. */
@NullMarked
package io.souk.models;

import org.jspecify.annotations.NullMarked;
