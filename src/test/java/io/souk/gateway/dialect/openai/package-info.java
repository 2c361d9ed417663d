/** What is spliced into requests and read out of answers, byte for byte. */
@NullMarked
package io.souk.gateway.dialect.openai;

import org.jspecify.annotations.NullMarked;
