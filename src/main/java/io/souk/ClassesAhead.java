package io.souk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Loads, on a thread of its own, the classes of other people's jars that a start is known to need, so that the start
 * finds them there (ADR 0044). A class that it does not find, or finds and nobody needs, changes nothing but the time.
 */
final class ClassesAhead {
    /** In the order in which a start wants them; a line has a package and names in it, without their {@code .class}. */
    static final String LIST = "META-INF/souk/classes.txt";

    private ClassesAhead() {}

    /** Begins and returns at once. */
    static void load(ClassLoader by) {
        Thread.ofPlatform().daemon().name("classes-ahead").start(() -> {
            for (String line : lines(by)) {
                String[] words = line.split(" ");
                for (int i = 1; i < words.length; i++) {
                    load(words[0] + "." + words[i], by);
                }
            }
        });
    }

    private static String[] lines(ClassLoader by) {
        try (InputStream in = by.getResourceAsStream(LIST)) {
            return in == null ? new String[0] : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
        } catch (IOException unreadable) {
            return new String[0];
        }
    }

    /** Not initialised: what a class does when it comes to life must happen in the program's own order. */
    private static void load(String name, ClassLoader by) {
        try {
            var _ = Class.forName(name, false, by).getDeclaredConstructors();
        } catch (ClassNotFoundException | LinkageError notInThisVersion) {
            // who needs it will say so
        }
    }
}
