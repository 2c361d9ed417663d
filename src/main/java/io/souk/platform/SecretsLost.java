package io.souk.platform;

/** A secret cannot be opened with the key that this installation has. The message says what to do. */
public class SecretsLost extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SecretsLost(String reason) {
        super(reason);
    }
}
