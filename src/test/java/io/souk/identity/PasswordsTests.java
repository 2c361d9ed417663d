package io.souk.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordsTests {
    private final Passwords passwords = new Passwords();

    @Test
    void anAccountThatDoesNotExistTakesAsLongAsOneThatDoes() {
        String costly = passwords.hash("a password of somebody").substring(0, "{bcrypt}$2a$10$".length());

        assertThat(Passwords.NOBODY).startsWith(costly);
        assertThat(passwords.matches("of nobody at all", null)).isFalse();
    }
}
