package io.souk.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SecretsTests {
    private static final byte[] PLAIN = "a backend's credential".getBytes(StandardCharsets.UTF_8);

    private final Secrets secrets = new SealedSecrets(key(1));

    @Test
    void opensWhatItSealedForTheSamePurpose() {
        assertThat(secrets.open(secrets.seal(PLAIN, "backend"), "backend")).isEqualTo(PLAIN);
        assertThat(secrets.seal(PLAIN, "backend")).isNotEqualTo(secrets.seal(PLAIN, "backend"));
    }

    @Test
    void saysWhatToDoWhenTheKeyIsAnother() {
        byte[] sealed = secrets.seal(PLAIN, "backend");
        Secrets other = new SealedSecrets(key(2));
        assertThatThrownBy(() -> other.open(sealed, "backend"))
                .isInstanceOf(SecretsLost.class)
                .hasMessageContaining("SOUK_SECRETS_KEY")
                .hasMessageContaining("enter the secret anew");
    }

    @Test
    void refusesWhatWasSealedForAnotherPurposeOrAltered() {
        byte[] sealed = secrets.seal(PLAIN, "backend");
        assertThatThrownBy(() -> secrets.open(sealed, "signing-key")).isInstanceOf(SecretsLost.class);
        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> secrets.open(altered, "backend")).isInstanceOf(SecretsLost.class);
        }
        assertThatThrownBy(() -> secrets.open(Arrays.copyOf(sealed, 5), "backend"))
                .isInstanceOf(SecretsLost.class);
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[SealedSecrets.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
