/** The pages by which people sign up, sign in and keep their account, and which request needs what. */
@NullMarked
package io.souk.identity.web;

import org.jspecify.annotations.NullMarked;
