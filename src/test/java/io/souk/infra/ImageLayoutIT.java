package io.souk.infra;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Folders;
import io.souk.support.TestDatabase;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs what {@code infra/Dockerfile} puts into the image, as {@code docker-compose.yml} runs it. */
class ImageLayoutIT {
    @Test
    void extractedLayersServeOnAnOrdinaryPostgresql() throws Exception {
        Path image = extracted();
        TestDatabase database = TestDatabase.empty();
        try (TestProgram program = TestProgram.in(Folders.temporary("souk-image-data"))
                        .jar(image.resolve("souk.jar"))
                        .with(database)
                        .env("STRIPE_SECRET_KEY", "sk_test_" + "x".repeat(24))
                        .env("STRIPE_WEBHOOK_SECRET", "whsec_" + "x".repeat(8))
                        .env("SOUK_MAIL_URL", "smtp://user:password@127.0.0.1:2525")
                        .env("SOUK_SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32]))
                        .start();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> health = client.send(
                    HttpRequest.newBuilder(URI.create(program.portal() + "/actuator/health/readiness"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("UP");
        }
    }

    /** The commands of the Dockerfile. */
    private static Path extracted() throws IOException, InterruptedException {
        Path jar = PackagedJar.path();
        Path folder = Folders.temporary("souk-image");
        Path copy = Files.copy(jar, folder.resolve("souk.jar"));
        Path layers = folder.resolve("extracted");
        Process extract = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djarmode=tools",
                        "-jar",
                        copy.toString(),
                        "extract",
                        "--layers",
                        "--destination",
                        layers.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("extract.log").toFile())
                .start();
        assertThat(extract.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(extract.exitValue())
                .as(Files.readString(folder.resolve("extract.log")))
                .isZero();
        Path image = Files.createDirectory(folder.resolve("image"));
        for (String layer :
                new String[] {"dependencies", "spring-boot-loader", "snapshot-dependencies", "application"}) {
            copy(layers.resolve(layer), image);
        }
        return image;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
