package io.souk;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What the JVM's compilers are told (JEP 165): code that only a start runs is left to the quick one. The thorough one
 * would take a third of a start's processor time for code that hardly runs again (ADR 0054).
 */
final class CompilerDirectives {
    static final String FILE = "/compiler-directives.json";

    private CompilerDirectives() {}

    /** Gives them on another thread, for it takes a while and nothing waits for it. */
    static void give() {
        Thread.ofPlatform().daemon().name("compiler-directives").start(() -> {
            try {
                given();
            } catch (IOException | JMException | RuntimeException none) {
                // the compilers do as they like; nothing can be logged yet
            }
        });
    }

    /**
     * Gives them now.
     *
     * @return what the JVM says to them
     * @throws JMException where this JVM takes none
     */
    static String given() throws IOException, JMException {
        Path copy = Files.createTempFile("souk-compiler-directives", ".json");
        try (InputStream directives = CompilerDirectives.class.getResourceAsStream(FILE)) {
            Files.copy(Objects.requireNonNull(directives, FILE), copy, StandardCopyOption.REPLACE_EXISTING);
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "compilerDirectivesAdd",
                            new Object[] {new String[] {copy.toString()}},
                            new String[] {String[].class.getName()});
        } finally {
            Files.delete(copy);
        }
    }
}
