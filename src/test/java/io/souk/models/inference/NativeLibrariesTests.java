package io.souk.models.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTests {
    private static final String RUNTIME = "onnxruntime.native.path";
    private static final String TOKENIZER = "ENGINE_CACHE_DIR";

    private final @Nullable String runtime = System.getProperty(RUNTIME);
    private final @Nullable String tokenizer = System.getProperty(TOKENIZER);

    @BeforeEach
    void forget() {
        System.clearProperty(RUNTIME);
        System.clearProperty(TOKENIZER);
    }

    @AfterEach
    void restore() {
        set(RUNTIME, runtime);
        set(TOKENIZER, tokenizer);
    }

    @Test
    void unpacksTheRuntimeOnceAndMendsWhatIsHalfThere(@TempDir Path directory) throws IOException {
        NativeLibraries.keepIn(directory);
        var kept = Path.of(System.getProperty(RUNTIME, ""));
        assertThat(kept).startsWith(directory);
        assertThat(System.getProperty(TOKENIZER)).isEqualTo(directory.toString());
        var library = kept.resolve(System.mapLibraryName("onnxruntime4j_jni"));
        var whole = Files.readAllBytes(library);
        var written = Files.getLastModifiedTime(library);

        System.clearProperty(RUNTIME);
        NativeLibraries.keepIn(directory);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);

        Files.write(library, new byte[] {1, 2, 3});
        System.clearProperty(RUNTIME);
        NativeLibraries.keepIn(directory);
        assertThat(library).hasBinaryContent(whole);
        try (var files = Files.list(kept)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .containsExactlyInAnyOrderElementsOf(
                            List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni")));
        }
    }

    @Test
    void leavesTheLibrariesToTheirOwnWaysWhereItCannotWrite(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("file"), "in the way");

        NativeLibraries.keepIn(file);

        assertThat(System.getProperty(RUNTIME)).isNull();
        assertThat(System.getProperty(TOKENIZER)).isNull();
    }

    private static void set(String name, @Nullable String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
