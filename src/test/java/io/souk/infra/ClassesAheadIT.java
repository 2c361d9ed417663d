package io.souk.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Folders;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The list of classes that are loaded ahead of a start has most of those that a start needs, and few others; after an
 * update of the jars it may be out of date. {@code -Dsouk.classes=write} writes it anew.
 */
class ClassesAheadIT {
    private static final String NAME = "META-INF/souk/classes.txt";
    private static final Path LIST = Path.of("src/main/resources").resolve(NAME);
    private static final double MOST = 0.9;

    /** Of other people's jars, and as it stands in them: not one that was made while the program ran. */
    private static final Pattern LOADED =
            Pattern.compile("^([\\w.]+)\\.([\\w$]+) source: jar:nested:.*/BOOT-INF/lib/.*");

    @Test
    void listsWhatAStartLoads() throws Exception {
        Map<String, List<String>> needed = neededByAStart();
        if ("write".equals(System.getProperty("souk.classes"))) {
            Files.createDirectories(LIST.resolve("..").normalize());
            Files.writeString(
                    LIST,
                    needed.entrySet().stream()
                            .map(entry -> entry.getKey() + " " + String.join(" ", entry.getValue()) + "\n")
                            .collect(Collectors.joining()));
        }
        Set<String> loaded = names(needed);
        Set<String> listed = names(listed());
        Set<String> both = new LinkedHashSet<>(loaded);
        both.retainAll(listed);
        String how = "build the jar, and mvn verify -Dit.test=ClassesAheadIT -Dsouk.classes=write writes the list";
        assertThat(both.size())
                .as("of %s classes that a start needs, those in the list; %s", loaded.size(), how)
                .isGreaterThan((int) (loaded.size() * MOST));
        assertThat(both.size())
                .as("of %s classes in the list, those that a start needs; %s", listed.size(), how)
                .isGreaterThan((int) (listed.size() * MOST));
    }

    /** By package, in the order in which they were wanted; with an empty list, else it would find itself. */
    private static Map<String, List<String>> neededByAStart() throws IOException {
        Path folder = Folders.temporary("souk-classes");
        Path empty = folder.resolve("empty").resolve(NAME);
        Files.createDirectories(empty.resolve("..").normalize());
        Files.writeString(empty, "");
        Path log = folder.resolve("loaded");
        try (TestProgram program = TestProgram.in(folder.resolve("data"))
                .jar(PackagedJar.path())
                .jvm("-Xbootclasspath/a:" + folder.resolve("empty"), "-Xlog:class+load:file=" + log + ":none")
                .start()) {
            program.awaitReady();
        }
        Map<String, List<String>> byPackage = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(LOADED::matcher).filter(Matcher::matches).forEach(loaded -> {
                String name = loaded.group(2);
                if (!name.contains("$$") && !name.contains("$Hibernate")) {
                    byPackage
                            .computeIfAbsent(loaded.group(1), first -> new ArrayList<>())
                            .add(name);
                }
            });
        }
        return byPackage;
    }

    private static Map<String, List<String>> listed() throws IOException {
        Map<String, List<String>> byPackage = new LinkedHashMap<>();
        for (String line : Files.readAllLines(LIST)) {
            List<String> words = List.of(line.split(" "));
            byPackage.put(words.getFirst(), words.subList(1, words.size()));
        }
        return byPackage;
    }

    private static Set<String> names(Map<String, List<String>> byPackage) {
        return byPackage.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(name -> entry.getKey() + "." + name))
                .collect(Collectors.toSet());
    }
}
