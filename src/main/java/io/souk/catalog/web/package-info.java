/** The market: the catalogue, a model's page, and trying a model there. */
@NullMarked
package io.souk.catalog.web;

import org.jspecify.annotations.NullMarked;
