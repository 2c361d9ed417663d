package io.souk.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Temporary folders, and their end. */
public final class Folders {
    private Folders() {}

    /** A new folder that is deleted when this JVM ends. */
    public static Path temporary(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "delete-" + prefix));
        return folder;
    }

    /** Deletes with all that is in it; what is in use meanwhile is left. */
    public static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (Path file : List.copyOf(files.sorted(Comparator.reverseOrder()).toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | RuntimeException gone) {
            // the operating system clears what stays in its folder for temporary files
        }
    }
}
