package io.souk.models.inference;

import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the native parts of the runtime and the tokenizer are unpacked to. Left alone, one leaves 16 MB in the
 * temporary directory whenever the process is killed, and the other writes into the home directory.
 */
public final class NativeLibraries {
    private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);
    private static final String RUNTIME_PATH = "onnxruntime.native.path";
    private static final String TOKENIZER_PATH = "ENGINE_CACHE_DIR";

    private NativeLibraries() {}

    /**
     * Makes both use the directory, which is made when it is missing, and unpacks what is not there yet. Has an effect
     * only before the first model of the process is loaded, and none on what the operator set himself. A directory that
     * cannot be written leaves both to their own ways.
     */
    public static void keepIn(Path directory) {
        try {
            var absolute = directory.toAbsolutePath();
            Files.createDirectories(absolute);
            if (System.getProperty(TOKENIZER_PATH) == null && System.getenv(TOKENIZER_PATH) == null) {
                System.setProperty(TOKENIZER_PATH, absolute.toString());
            }
            var platform = platform();
            if (System.getProperty(RUNTIME_PATH) == null && platform != null) {
                unpack(absolute, platform);
            }
        } catch (IOException e) {
            log.info(
                    "The house models' native libraries are unpacked elsewhere, as {} cannot be used: {}",
                    directory,
                    e.getMessage());
        }
    }

    private static void unpack(Path directory, String platform) throws IOException {
        var names = List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
        var target = directory.resolve("onnxruntime");
        for (var name : names) {
            var resource = OrtSession.class.getResource("/ai/onnxruntime/native/" + platform + "/" + name);
            if (resource == null) {
                return;
            }
            // another version has another size, and so another directory
            target = target.resolve(Long.toString(size(resource)));
        }
        Files.createDirectories(target);
        for (var name : names) {
            var resource = OrtSession.class.getResource("/ai/onnxruntime/native/" + platform + "/" + name);
            if (resource != null) {
                unpack(resource, target.resolve(name));
            }
        }
        System.setProperty(RUNTIME_PATH, target.toString());
    }

    private static void unpack(URL resource, Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) == size(resource)) {
            return;
        }
        // a process that is killed here, or a second one that starts now, must not leave half a library
        var part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        try (var in = resource.openStream()) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static long size(URL resource) throws IOException {
        var connection = resource.openConnection();
        connection.setUseCaches(false);
        var size = connection.getContentLengthLong();
        connection.getInputStream().close();
        return size;
    }

    private static @Nullable String platform() {
        var os = System.getProperty("os.name", "").toLowerCase(Locale.ENGLISH);
        var arch = System.getProperty("os.arch", "").toLowerCase(Locale.ENGLISH);
        var system = os.contains("mac") || os.contains("darwin") ? "osx" : os.contains("nux") ? "linux" : null;
        var processor = switch (arch) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64", "arm64" -> "aarch64";
            default -> null;
        };
        return system == null || processor == null ? null : system + "-" + processor;
    }
}
