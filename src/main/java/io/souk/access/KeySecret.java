package io.souk.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The form of an API key: {@code sk-souk-}, 32 random characters of base 62, and six more that are the CRC-32 of all
 * before them. Secret scanners can recognise it, and a mistyped key is refused without a look-up.
 */
public final class KeySecret {
    public static final String PREFIX = "sk-souk-";

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM = 32;
    private static final int CHECK = 6;
    private static final int LENGTH = PREFIX.length() + RANDOM + CHECK;

    private KeySecret() {}

    /** A new key with 190 bits of chance. */
    public static String generate(SecureRandom random) {
        StringBuilder key = new StringBuilder(LENGTH).append(PREFIX);
        for (int i = 0; i < RANDOM; i++) {
            key.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return key.append(check(key)).toString();
    }

    /** Whether the text has a key's form and its checksum is right. That alone proves nothing: anyone can compute it. */
    public static boolean isWellFormed(String text) {
        return text.length() == LENGTH
                && text.startsWith(PREFIX)
                && text.endsWith(check(text.substring(0, LENGTH - CHECK)));
    }

    /** SHA-256 of the key, 32 bytes: all that is stored of it. */
    public static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String check(CharSequence text) {
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
        long rest = crc.getValue();
        char[] digits = new char[CHECK];
        for (int i = CHECK - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }
}
