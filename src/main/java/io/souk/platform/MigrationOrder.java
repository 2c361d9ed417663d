package io.souk.platform;

import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Migrates one module after the other, each with a history of its own. A foreign key may point from a module only to one
 * that stands before it here, which is the order of the modules' dependencies.
 */
class MigrationOrder {
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

    void migrate(Flyway flyway) {
        FluentConfiguration ofModule = Flyway.configure()
                .configuration(flyway.getConfiguration())
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .failOnMissingLocations(false);
        for (String module : MODULES) {
            String history = "flyway_schema_history_" + module.replace("__", "");
            ofModule.locations("classpath:db/migration/" + module)
                    .table(history)
                    .load()
                    .migrate();
            withdraw(history, flyway.getConfiguration());
        }
    }

    /** What has been migrated is the owner's business: the default grants on new tables are not meant for its record. */
    private static void withdraw(String history, Configuration configuration) {
        Map<String, String> roles = configuration.getPlaceholders();
        JdbcClient.create(configuration.getDataSource())
                .sql("revoke all on public." + history + " from \"" + roles.get("app") + "\", \"" + roles.get("system")
                        + "\"")
                .update();
    }
}
