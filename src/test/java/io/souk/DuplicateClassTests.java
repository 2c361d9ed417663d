package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class DuplicateClassTests {
    /** Brought by libraries of the tests only; they are not in the program. */
    private static final List<String> TESTS_ONLY =
            List.of("jcl-over-slf4j-", "spring-modulith-apt-", "spring-modulith-docs-", "swagger-annotations-2");

    @Test
    void noClassIsInTwoLibraries() throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Map<String, String> first = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (String entry :
                Arrays.stream(classPath.split(File.pathSeparator)).distinct().toList()) {
            if (!entry.endsWith(".jar")) {
                continue;
            }
            String jar = new File(entry).getName();
            if (TESTS_ONLY.stream().anyMatch(jar::startsWith)) {
                continue;
            }
            try (JarFile file = new JarFile(entry)) {
                file.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class")
                                && !name.startsWith("META-INF/")
                                && !name.endsWith("module-info.class")
                                && !name.endsWith("package-info.class"))
                        .forEach(name -> {
                            String before = first.putIfAbsent(name, jar);
                            if (before != null) {
                                twice.add(name + " is in " + before + " and in " + jar);
                            }
                        });
            }
        }
        assertThat(twice).isEmpty();
    }
}
