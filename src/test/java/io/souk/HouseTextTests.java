package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must stand in no file of the project. */
class HouseTextTests {
    private static final List<String> FOLDERS = List.of("src", "db", "frontend", "infra", ".ci");
    private static final List<String> FILES = List.of("pom.xml", "README.md", "docker-compose.yml");
    private static final Pattern FORBIDDEN = Pattern.compile(
            // paths of one machine, package registries, secrets that are real, work that is not done
            "/ro" + "ot/|/ho" + "me/[a-z]|(?<![\\w./~-])/wo"
                    + "rk/|repo[0-9]?\\.maven|repo\\.spring|registry\\.npm|pypi\\.org|" + "sk_li"
                    + "ve_[A-Za-z0-9]{8}|whsec_[A-Za-z0-9]{24}|\\bTO" + "DO\\b|\\bFIX" + "ME\\b|UnsupportedOperation"
                    + "Exception\\(\\)");

    private static final int MOST_LINES = 550;

    @Test
    void namesNoMachineNoRegistryNoSecretAndNothingUndone() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            String text;
            try {
                text = Files.readString(file);
            } catch (MalformedInputException binary) {
                continue;
            }
            Matcher matcher = FORBIDDEN.matcher(text);
            while (matcher.find()) {
                found.add(file + ": " + matcher.group());
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void filesAreShortEnoughToRead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".java") && Files.readAllLines(file).size() > MOST_LINES) {
                tooLong.add(file + " has " + Files.readAllLines(file).size() + " lines");
            }
        }
        assertThat(tooLong).isEmpty();
    }

    private static List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String name : FILES) {
            if (Files.exists(Path.of(name))) {
                all.add(Path.of(name));
            }
        }
        for (String folder : FOLDERS) {
            if (Files.exists(Path.of(folder))) {
                try (Stream<Path> files = Files.walk(Path.of(folder))) {
                    files.filter(Files::isRegularFile).forEach(all::add);
                }
            }
        }
        return all;
    }
}
