/** The pages about money. */
@NullMarked
package io.souk.billing.web;

import org.jspecify.annotations.NullMarked;
