package io.souk.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the seed must not forget between two attempts: passwords and the demo key, which nobody can read back from the
 * database, and which steps are done. Kept in the data folder, readable by its owner only.
 */
final class SeedNotes {
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private final Path file;
    private final Properties notes = new Properties();
    private final SecureRandom random = new SecureRandom();

    private SeedNotes(Path file) {
        this.file = file;
    }

    static SeedNotes in(Path folder) {
        SeedNotes notes = new SeedNotes(folder.resolve("seed.properties"));
        if (Files.exists(notes.file)) {
            try {
                notes.notes.load(new StringReader(Files.readString(notes.file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return notes;
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(notes.getProperty(name));
    }

    /** The noted value; a new one is noted, and forced to disk, before it is given out. */
    String findOrMake(String name, Supplier<String> make) {
        return find(name).orElseGet(() -> note(name, make.get()));
    }

    String note(String name, String value) {
        notes.setProperty(name, value);
        try {
            PrivateFile.write(
                    file,
                    new TreeMap<>(notes)
                            .entrySet().stream()
                                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                                    .collect(Collectors.joining("\n", "", "\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return value;
    }

    boolean isDone(String step) {
        return "done".equals(notes.getProperty(step));
    }

    void done(String step) {
        note(step, "done");
    }

    /** A password that can be typed: four groups of four, 80 bits. */
    String password() {
        return random.ints(16, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining())
                .replaceAll("(.{4})(?=.)", "$1-");
    }
}
