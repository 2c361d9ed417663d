package io.souk.platform;

import jakarta.validation.Valid;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * An ordinary PostgreSQL. Without {@code url} the embedded one of the local mode is used.
 *
 * @param url {@code jdbc:postgresql://host:port/database}, empty for none
 * @param poolSize connections for requests
 * @param systemPoolSize connections for jobs and settlement
 */
@Validated
@ConfigurationProperties("souk.database")
record DatabaseProperties(
        @DefaultValue("") String url,
        @DefaultValue @Valid Login owner,
        @DefaultValue @Valid Login app,
        @DefaultValue @Valid Login system,
        @DefaultValue("10") int poolSize,
        @DefaultValue("6") int systemPoolSize) {

    record Login(
            @DefaultValue("") String username,
            @DefaultValue("") String password) {}

    DatabaseAddress address() {
        return new DatabaseAddress(url, login("owner", owner), login("app", app), login("system", system));
    }

    private static DatabaseAddress.Login login(String role, Login given) {
        if (given.username().isBlank()) {
            throw new DatabaseRefused(
                    "SOUK_DATABASE_URL is set, but SOUK_DATABASE_" + role.toUpperCase(java.util.Locale.ROOT)
                            + "_USERNAME is not. Set the username and password of the owner, app and system roles; "
                            + "the README's section on an ordinary PostgreSQL shows how to make them.");
        }
        return new DatabaseAddress.Login(given.username(), given.password());
    }
}
