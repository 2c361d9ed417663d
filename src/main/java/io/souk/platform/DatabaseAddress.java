package io.souk.platform;

/**
 * Where PostgreSQL is and as whom Souk goes there. Three roles, so that a fault in the program cannot reach further than
 * its role: the owner migrates and never serves, {@code app} serves requests and sees one tenant, {@code system} runs
 * jobs under explicit policies.
 *
 * @param url a {@code jdbc:postgresql:} address
 */
public record DatabaseAddress(String url, Login owner, Login app, Login system) {
    /** A role's name and password. The password never shows in {@link #toString}. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }
}
