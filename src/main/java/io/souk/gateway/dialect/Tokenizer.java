package io.souk.gateway.dialect;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/**
 * Our own count of a text's tokens (o200k), for where nobody else counts. Takes time in proportion to the text, and
 * some tens of milliseconds once: never on an event loop. For several threads.
 */
public final class Tokenizer {
    private Tokenizer() {}

    private static final class Loaded {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    /** The number of tokens; marks of control in the text count as the text that they are. */
    public static int count(String text) {
        return text.isEmpty() ? 0 : Loaded.ENCODING.countTokensOrdinary(text);
    }
}
