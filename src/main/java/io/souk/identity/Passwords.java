package io.souk.identity;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** What a password must be, and how it is kept: as a slow hash only. */
@Component
public class Passwords {
    /** The fewest characters. */
    public static final int SHORTEST = 10;
    /** The most bytes in UTF-8: the hash (bcrypt) would ignore what lies beyond. */
    public static final int LONGEST = 72;

    /** A hash of nobody's password; to make one at each start would be slow, which is what hashes are for. */
    static final String NOBODY = "{bcrypt}$2a$10$WhaJh4SUSWQ2kDPmOtA.quR6f9XudCVrOvollVRR0PYCfNLdxBHnO";

    private final PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();

    Passwords() {}

    /** What is wrong with a new password, in words for the person; empty if nothing is. */
    public Optional<String> problem(String password, String email) {
        if (password.codePointCount(0, password.length()) < SHORTEST) {
            return Optional.of("Use at least " + SHORTEST + " characters.");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            return Optional.of("Use at most " + LONGEST + " characters (fewer with letters beyond a to z).");
        }
        if (password.equalsIgnoreCase(email) || password.chars().distinct().count() < 4) {
            return Optional.of("This password is too easy to guess. Choose another one.");
        }
        return Optional.empty();
    }

    String hash(String password) {
        return encoder.encode(password);
    }

    /** Takes as long where there is no such account, so that the time does not tell who is a customer. */
    boolean matches(String password, @Nullable String hash) {
        if (password.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            encoder.matches("too long", NOBODY);
            return false;
        }
        return encoder.matches(password, hash == null ? NOBODY : hash) && hash != null;
    }
}
