/** Tests of the pages of people and organisations, over HTTP. */
@NullMarked
package io.souk.tenancy.web;

import org.jspecify.annotations.NullMarked;
