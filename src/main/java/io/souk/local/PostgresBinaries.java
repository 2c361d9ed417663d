package io.souk.local;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * PostgreSQL's programs, unpacked once from the archive on the class path, which the build made for its own platform
 * (see the pom).
 */
final class PostgresBinaries {
    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** Unpacks into a folder named after the version, so that a newer one stands beside the old. */
    static PostgresBinaries unpackInto(Path folder) throws IOException {
        Path target = folder.resolve("binaries-" + version());
        if (!Files.exists(target)) {
            Path partial = Files.createTempDirectory(folder, "binaries");
            try (InputStream in = resource(platform() + ".tar")) {
                unpack(in, partial);
            }
            Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(target);
    }

    private static String version() throws IOException {
        try (InputStream in = resource("version")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }

    private static InputStream resource(String name) {
        InputStream in = PostgresBinaries.class.getResourceAsStream("/postgres/" + name);
        if (in == null) {
            throw new LocalModeRefused("There is no PostgreSQL for " + platform() + " in this build of Souk. "
                    + "Set SOUK_DATABASE_URL to an ordinary PostgreSQL.");
        }
        return in;
    }

    /** Libraries to link with and extensions that Souk does not create are a third of the files. */
    private static boolean isNeeded(String name) {
        return !name.endsWith(".a")
                && !name.contains("/pkgconfig/")
                && (!name.contains("/extension/") || name.contains("/extension/plpgsql"));
    }

    private static void unpack(InputStream archive, Path into) throws IOException {
        try (var tar = new TarArchiveInputStream(new BufferedInputStream(archive, 1 << 16))) {
            Path last = into;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) {
                    throw new IOException("the archive has an entry outside itself: " + entry.getName());
                }
                if (entry.isDirectory() || !isNeeded(entry.getName())) {
                    continue;
                }
                Path parent = file.resolve("..").normalize();
                if (!parent.equals(last)) {
                    last = Files.createDirectories(parent);
                }
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(file, into.resolve(entry.getLinkName()).normalize());
                } else if (entry.isFile()) {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch");
        String name = arch.equals("aarch64") ? "arm_64" : arch.equals("amd64") ? "x86_64" : arch;
        return os + "-" + name;
    }
}
