package io.souk.platform;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * Migrates one module after the other, each with a history of its own. A foreign key may point from a module only to one
 * that stands before it here, which is the order of the modules' dependencies.
 */
class MigrationOrder implements FlywayMigrationStrategy {
    static final List<String> MODULES = List.of(
            "__root",
            "identity",
            "tenancy",
            "catalog",
            "supply",
            "subscriptions",
            "usage",
            "billing",
            "access",
            "notice",
            "local");

    @Override
    public void migrate(Flyway flyway) {
        for (String module : MODULES) {
            Flyway.configure()
                    .configuration(flyway.getConfiguration())
                    .locations("classpath:db/migration/" + module)
                    .table("flyway_schema_history_" + module.replace("__", ""))
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .failOnMissingLocations(false)
                    .load()
                    .migrate();
        }
    }
}
