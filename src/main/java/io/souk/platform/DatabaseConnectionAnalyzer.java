package io.souk.platform;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says which setting is wrong where the database could not be connected to; faults of statements are left to others. */
class DatabaseConnectionAnalyzer extends AbstractFailureAnalyzer<SQLException> {
    private final Environment environment;

    DatabaseConnectionAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        String url = environment.getProperty("souk.database.url", "");
        String state = cause.getSQLState();
        if (state == null || url.isBlank()) {
            return null;
        }
        String said = String.valueOf(cause.getMessage());
        if (state.startsWith("08")) {
            return told(
                    "The database at " + url + " does not answer: " + said,
                    "Start PostgreSQL there, or set SOUK_DATABASE_URL to where it is.",
                    cause);
        }
        if (state.startsWith("28")) {
            return told(
                    "The database at " + url + " does not let Souk in: " + said + ".",
                    "Set " + String.join(" or ", passwords(said)) + ".",
                    cause);
        }
        if (state.equals("3D000")) {
            return told(
                    "There is no such database at " + url + ": " + said + ".",
                    "Create it, or set SOUK_DATABASE_URL to the one that is meant.",
                    cause);
        }
        return null;
    }

    private List<String> passwords(String said) {
        List<String> roles = List.of("owner", "app", "system");
        List<String> named = roles.stream()
                .filter(role ->
                        said.contains('"' + environment.getProperty("souk.database." + role + ".username", "") + '"'))
                .toList();
        return (named.isEmpty() ? roles : named)
                .stream()
                        .map(role -> "SOUK_DATABASE_" + role.toUpperCase(Locale.ROOT) + "_PASSWORD")
                        .toList();
    }

    private static FailureAnalysis told(String what, String todo, SQLException cause) {
        return new FailureAnalysis(what, todo, cause);
    }
}
