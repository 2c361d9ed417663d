/** The words that every module shares: plain Java, no frameworks. */
@org.jspecify.annotations.NullMarked
package io.souk.kernel;
