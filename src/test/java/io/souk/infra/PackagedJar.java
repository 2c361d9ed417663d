package io.souk.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code mvn package} made. */
final class PackagedJar {
    private PackagedJar() {}

    static Path path() throws IOException {
        try (var built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.getFileName().toString().matches("souk-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
