package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

class CompilerDirectivesTests {
    private static final Pattern CLASSES = Pattern.compile("\"([a-zA-Z/]+?)(/\\*|\\*)?\\.\\*\"");

    @Test
    void theJvmTakesThem() throws Exception {
        assertThat(CompilerDirectives.given()).contains("1 compiler directives added");
    }

    @Test
    void everyPatternNamesClassesThatExist() throws Exception {
        List<String> patterns = CLASSES.matcher(text())
                .results()
                .map(found -> found.group(1) + (found.group(2) == null ? "" : found.group(2)))
                .toList();
        assertThat(patterns).hasSizeGreaterThan(20);
        for (String pattern : patterns) {
            if (pattern.endsWith("/*")) {
                String folder = pattern.substring(0, pattern.length() - 2);
                assertThat(isPackageOfTheJdk(folder)
                                || new PathMatchingResourcePatternResolver()
                                                .getResources("classpath*:" + folder + "/**/*.class")
                                                .length
                                        > 0)
                        .as(pattern)
                        .isTrue();
            } else {
                String type = pattern.replace("*", "").replace('/', '.');
                assertThat(Class.forName(type, false, CompilerDirectives.class.getClassLoader()))
                        .as(pattern)
                        .isNotNull();
            }
        }
    }

    private static boolean isPackageOfTheJdk(String folder) {
        String name = folder.replace('/', '.');
        return ModuleLayer.boot().modules().stream()
                .flatMap(module -> module.getPackages().stream())
                .anyMatch(one -> one.equals(name) || one.startsWith(name + "."));
    }

    private static String text() throws Exception {
        try (InputStream file =
                Objects.requireNonNull(CompilerDirectivesTests.class.getResourceAsStream(CompilerDirectives.FILE))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
