package io.souk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.support.Folders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.loader.launch.LaunchedClassLoader;
import org.springframework.boot.loader.net.protocol.Handlers;
import org.springframework.boot.loader.net.protocol.jar.JarUrl;

/** What it gives is what Spring Boot's own class loader gives for the same jars within a jar. */
class IndexedClassLoaderTests {
    private static final String GREETING = Greeting.class.getName().replace('.', '/') + ".class";

    private final Path folder;

    IndexedClassLoaderTests() throws IOException {
        folder = Folders.temporary("souk-jars");
        Handlers.register();
    }

    /** Stands for a class of a jar. */
    public static class Greeting implements Runnable {
        @Override
        public void run() {}
    }

    @Test
    void givesTheResourcesOfEveryJarInTheOrderOfTheJars() throws Exception {
        URL first = jar("first.jar", "notes/a.txt", "one", "META-INF/services/x", "first", "top.txt", "1");
        URL second = jar("second.jar", "other/b.txt", "two", "META-INF/services/x", "second");
        URL third = jar("third.jar", "notes/", "", "notes/a.txt", "three", "notes/deep/c d.txt", "four");

        assertSameAsUsual(
                List.of(first, second, third),
                "notes/a.txt",
                "notes/deep/c d.txt",
                "notes/",
                "notes",
                "other/b.txt",
                "META-INF/services/x",
                "META-INF/MANIFEST.MF",
                "top.txt",
                "notes/none.txt",
                "none/a.txt",
                "");
    }

    @Test
    void takesTheVersionThatFitsThisJvmFromAMultiReleaseJar() throws Exception {
        URL jar = jar(
                "versions.jar",
                "text/a.txt",
                "old",
                "META-INF/versions/21/text/a.txt",
                "new",
                "META-INF/versions/999/text/a.txt",
                "of the future",
                "META-INF/versions/21/added/b.txt",
                "only new");

        assertSameAsUsual(List.of(jar), "text/a.txt", "added/b.txt", "META-INF/versions/21/text/a.txt");
        try (IndexedClassLoader loader = indexed(jar)) {
            assertThat(text(loader.findResource("text/a.txt"))).isEqualTo("new");
            assertThat(text(loader.findResource("added/b.txt"))).isEqualTo("only new");
        }
    }

    @Test
    void definesAClassWithItsPackageItsSourceAndItself() throws Exception {
        URL without = jar("without.jar", "io/souk/other.txt", "");
        URL with = jar("with.jar", GREETING, Greeting.class);

        try (IndexedClassLoader loader = indexed(without, with)) {
            Class<?> greeting = loader.loadClass(Greeting.class.getName());

            assertThat(greeting).isNotSameAs(Greeting.class);
            assertThat(greeting.getClassLoader()).isSameAs(loader);
            assertThat(greeting.getProtectionDomain().getCodeSource().getLocation())
                    .isEqualTo(with);
            assertThat(greeting.getPackage().getImplementationVersion()).isEqualTo("1.2.3");
            assertThat(loader.loadClass(Greeting.class.getName())).isSameAs(greeting);
            assertThatThrownBy(() -> loader.loadClass("io.souk.Nowhere")).isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> loader.loadClass("nowhere.Nowhere")).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void findsServices() throws Exception {
        URL jar = jar(
                "services.jar",
                GREETING,
                Greeting.class,
                "META-INF/services/java.lang.Runnable",
                Greeting.class.getName());

        try (IndexedClassLoader loader = indexed(jar)) {
            assertThat(ServiceLoader.load(Runnable.class, loader))
                    .singleElement()
                    .satisfies(found ->
                            assertThat(found.getClass().getClassLoader()).isSameAs(loader));
        }
    }

    @Test
    void loadsInParallel() throws Exception {
        try (IndexedClassLoader loader = indexed(jar("parallel.jar", GREETING, Greeting.class))) {
            assertThat(loader.isRegisteredAsParallelCapable()).isTrue();
        }
    }

    private static void assertSameAsUsual(List<URL> jars, String... names) throws IOException {
        URL[] urls = jars.toArray(URL[]::new);
        try (URLClassLoader usual = new LaunchedClassLoader(false, urls, ClassLoader.getPlatformClassLoader());
                IndexedClassLoader indexed = indexed(urls)) {
            assertThat(indexed.getURLs()).isEqualTo(usual.getURLs());
            for (String name : names) {
                assertThat(Collections.list(indexed.findResources(name)))
                        .as(name)
                        .map(URL::toString)
                        .isEqualTo(Collections.list(usual.findResources(name)).stream()
                                .map(URL::toString)
                                .toList());
                assertThat(String.valueOf(indexed.findResource(name)))
                        .as(name)
                        .isEqualTo(String.valueOf(usual.findResource(name)));
                assertThat(text(indexed.findResource(name))).as(name).isEqualTo(text(usual.findResource(name)));
            }
        }
    }

    private static IndexedClassLoader indexed(URL... jars) {
        return new IndexedClassLoader(jars, ClassLoader.getPlatformClassLoader());
    }

    private static String text(@Nullable URL url) throws IOException {
        if (url == null || url.toString().endsWith("/")) {
            return "";
        }
        try (InputStream in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** @param entries names and, after each, its text or the class whose bytes it is */
    private URL jar(String name, Object... entries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "1.2.3");
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(inner, manifest)) {
            for (int i = 0; i < entries.length; i += 2) {
                jar.putNextEntry(new JarEntry((String) entries[i]));
                jar.write(bytes(entries[i + 1]));
                jar.closeEntry();
            }
        }
        Path file = folder.resolve("outer-" + name);
        try (JarOutputStream outer = new JarOutputStream(Files.newOutputStream(file))) {
            // only what is stored as it is can be a jar within a jar
            outer.setMethod(ZipOutputStream.STORED);
            JarEntry entry = new JarEntry("BOOT-INF/lib/" + name);
            CRC32 sum = new CRC32();
            sum.update(inner.toByteArray());
            entry.setCrc(sum.getValue());
            entry.setSize(inner.size());
            outer.putNextEntry(entry);
            outer.write(inner.toByteArray());
            outer.closeEntry();
        }
        return JarUrl.create(file.toFile(), "BOOT-INF/lib/" + name);
    }

    private static byte[] bytes(Object content) throws IOException {
        if (content instanceof Class<?> type) {
            try (InputStream in = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
                return in.readAllBytes();
            }
        }
        return ((String) content).getBytes(StandardCharsets.UTF_8);
    }
}
