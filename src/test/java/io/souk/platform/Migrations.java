package io.souk.platform;

import java.util.Map;
import org.flywaydb.core.Flyway;

/** Applies every module's migrations to a database, as the program does at its start. */
public final class Migrations {
    private Migrations() {}

    /** Migrates as the owner of {@code address}. */
    public static void apply(DatabaseAddress address) {
        new MigrationOrder()
                .migrate(Flyway.configure()
                        .dataSource(
                                address.url(),
                                address.owner().username(),
                                address.owner().password())
                        .placeholders(Map.of(
                                "app", address.app().username(),
                                "system", address.system().username()))
                        .load());
    }
}
