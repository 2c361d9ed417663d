/** The pages of an organisation, and which organisation and role a request has. */
@NullMarked
package io.souk.tenancy.web;

import org.jspecify.annotations.NullMarked;
