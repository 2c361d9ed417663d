package io.souk.portal;

import jakarta.servlet.ServletRequest;
import java.security.SecureRandom;

/** The number that a person reads to support from an error page; it is in the log and in {@code X-Request-Id}. */
final class Reference {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";
    private static final String KEPT = Reference.class.getName();

    private Reference() {}

    static String of(ServletRequest request) {
        if (request.getAttribute(KEPT) instanceof String kept) {
            return kept;
        }
        var text = new StringBuilder(10);
        for (int i = 0; i < 10; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        var reference = text.toString();
        request.setAttribute(KEPT, reference);
        return reference;
    }
}
