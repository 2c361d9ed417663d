/** OpenAI's dialect: requests read and spliced in place, answers metered as they pass, errors in its own shape. */
@NullMarked
package io.souk.gateway.dialect.openai;

import org.jspecify.annotations.NullMarked;
