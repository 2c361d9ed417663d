package io.souk.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class KeySecretTests {
    private final SecureRandom random = new SecureRandom();

    @Test
    void aGeneratedKeyIsWellFormedAndNoOther() {
        String key = KeySecret.generate(random);

        assertThat(key).matches("sk-souk-[0-9A-Za-z]{38}");
        assertThat(KeySecret.isWellFormed(key)).isTrue();
        assertThat(KeySecret.isWellFormed(key + "x")).isFalse();
        assertThat(KeySecret.isWellFormed("")).isFalse();
        assertThat(KeySecret.isWellFormed("sk-proj-" + key.substring(8))).isFalse();
    }

    @Test
    void everySingleMistypedCharacterIsNoticed() {
        String key = KeySecret.generate(random);
        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(KeySecret.isWellFormed(key.substring(0, i) + other + key.substring(i + 1)))
                    .as("character %d changed", i)
                    .isFalse();
        }
    }

    @Test
    void twoKeysAreNeverTheSame() {
        assertThat(KeySecret.generate(random)).isNotEqualTo(KeySecret.generate(random));
    }
}
