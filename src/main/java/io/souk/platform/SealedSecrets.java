package io.souk.platform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM. A sealed secret is: version, eight bytes that name the key, nonce, ciphertext with its tag. */
class SealedSecrets implements Secrets {
    static final int KEY_BYTES = 32;
    private static final byte VERSION = 1;
    private static final int KEY_NAME = 8;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final byte[] keyName;
    private final SecureRandom random = new SecureRandom();

    SealedSecrets(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("SOUK_SECRETS_KEY must be 32 bytes in base64, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "AES");
        try {
            this.keyName = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), KEY_NAME);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public byte[] seal(byte[] plain, String purpose) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] cipherText = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
            return ByteBuffer.allocate(1 + KEY_NAME + NONCE + cipherText.length)
                    .put(VERSION)
                    .put(keyName)
                    .put(nonce)
                    .put(cipherText)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        if (sealed.length < 1 + KEY_NAME + NONCE || sealed[0] != VERSION) {
            throw new SecretsLost("A stored secret has a form that this version of Souk does not know.");
        }
        if (!Arrays.equals(sealed, 1, 1 + KEY_NAME, keyName, 0, KEY_NAME)) {
            throw new SecretsLost("A stored secret was encrypted under another key. Give the former SOUK_SECRETS_KEY, "
                    + "or put the former secrets.key back into the data folder; if it is lost, enter the secret anew.");
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1 + KEY_NAME, 1 + KEY_NAME + NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, purpose)
                    .doFinal(sealed, 1 + KEY_NAME + NONCE, sealed.length - 1 - KEY_NAME - NONCE);
        } catch (AEADBadTagException altered) {
            throw new SecretsLost("A stored secret was altered, or belongs to another purpose than " + purpose + ".");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
