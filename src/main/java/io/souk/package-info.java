/** Souk: a Model-as-a-Service marketplace that you run yourself. */
@org.jspecify.annotations.NullMarked
package io.souk;
