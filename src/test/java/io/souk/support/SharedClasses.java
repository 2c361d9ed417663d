package io.souk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM of a started program has made of its classes, kept for the programs that are started after it: they
 * start in half the time. It can be had of programs that run from jars only, so there is none before the phase package.
 */
final class SharedClasses {
    private static final Pattern OWN = Pattern.compile("souk-[0-9.]+(-SNAPSHOT)?\\.jar\\.original");
    private static final long LONGEST_SECONDS = 60;

    private final @Nullable Path archive;
    private final List<String> classPath;

    private SharedClasses(@Nullable Path archive, List<String> classPath) {
        this.archive = archive;
        this.classPath = classPath;
    }

    /** @param kind programs of one kind load the same classes */
    static SharedClasses of(List<String> classPath, String kind) {
        List<String> jars = new ArrayList<>(classPath);
        long made = 0;
        try {
            for (int i = 0; i < jars.size(); i++) {
                Path entry = Path.of(jars.get(i));
                if (Files.isDirectory(entry)) {
                    Path jar = jarOf(entry);
                    if (jar == null) {
                        return new SharedClasses(null, classPath);
                    }
                    jars.set(i, jar.toString());
                    made = Files.getLastModifiedTime(jar).toMillis();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String name = "classes-" + kind + "-" + Long.toString(made, 36) + ".jsa";
        return new SharedClasses(Path.of("target", name).toAbsolutePath(), jars);
    }

    /** The jar that was made of a folder of classes; null if there is none, or none of what is in the folder now. */
    private static @Nullable Path jarOf(Path classes) throws IOException {
        try (Stream<Path> built = Files.list(classes.toAbsolutePath().resolveSibling("."));
                Stream<Path> all = Files.walk(classes)) {
            Path jar = built.filter(
                            file -> OWN.matcher(file.getFileName().toString()).matches())
                    .findFirst()
                    .orElse(null);
            if (jar == null) {
                return null;
            }
            long made = Files.getLastModifiedTime(jar).toMillis();
            if (all.filter(Files::isRegularFile).anyMatch(file -> file.toFile().lastModified() > made)) {
                return null;
            }
            return jar;
        }
    }

    List<String> classPath() {
        return classPath;
    }

    /** What a JVM is told to use what is kept, or to take note of what may be kept. */
    List<String> arguments() {
        if (archive == null) {
            return List.of();
        }
        return Files.exists(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off", "-Xlog:aot*=off")
                : List.of("-XX:+RecordDynamicDumpInfo", "-Xlog:cds*=off", "-Xlog:aot*=off");
    }

    /** Keeps what a running program has, unless that was done. A JVM that does not give it costs later starts time. */
    void keep(long pid) {
        if (archive == null || Files.exists(archive)) {
            return;
        }
        try {
            Path partial = archive.resolveSibling(archive.getFileName() + "-" + pid);
            Process jcmd = new ProcessBuilder(Arrays.asList(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(pid),
                            "VM.cds",
                            "dynamic_dump",
                            partial.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!jcmd.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
            }
            if (Files.exists(partial)) {
                Files.move(partial, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
