package io.souk.platform;

/** Encrypts what must not lie readable in the database, under a key that is not in the database. */
public interface Secrets {
    /**
     * Encrypts.
     *
     * @param purpose what the secret is for; the same purpose opens it again, another does not
     */
    byte[] seal(byte[] plain, String purpose);

    /**
     * Decrypts what {@link #seal} made.
     *
     * @throws RuntimeException if it was sealed under another key or for another purpose, or was altered
     */
    byte[] open(byte[] sealed, String purpose);
}
