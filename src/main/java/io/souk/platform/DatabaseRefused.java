package io.souk.platform;

/** The database, or the role that Souk was given there, is one that it must not serve requests with. */
public class DatabaseRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DatabaseRefused(String reason) {
        super(reason);
    }
}
