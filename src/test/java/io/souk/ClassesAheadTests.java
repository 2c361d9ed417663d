package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassesAheadTests {
    private static boolean initialised;

    /** Says that it ran. */
    static class Loud {
        static {
            initialised = true;
        }
    }

    @Test
    void loadsWhatIsListedAndSkipsWhatIsNotThere() {
        List<String> asked = new CopyOnWriteArrayList<>();
        ClassesAhead.load(loader("org.example Gone\nio.souk ClassesAheadTests$Loud Souk\n", asked));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        asked.equals(List.of("org.example.Gone", "io.souk.ClassesAheadTests$Loud", "io.souk.Souk")));
        assertThat(initialised).isFalse();
    }

    private static ClassLoader loader(String list, List<String> asked) {
        return new ClassLoader("listed", ClassesAheadTests.class.getClassLoader()) {
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return name.equals(ClassesAhead.LIST)
                        ? new ByteArrayInputStream(list.getBytes(StandardCharsets.US_ASCII))
                        : super.getResourceAsStream(name);
            }

            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                asked.add(name);
                return super.loadClass(name, resolve);
            }
        };
    }
}
