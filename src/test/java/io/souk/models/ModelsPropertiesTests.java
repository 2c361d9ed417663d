package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ModelsPropertiesTests {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(Clock.class, Clock::systemUTC)
            .withUserConfiguration(ModelsConfiguration.class);

    @Test
    void hasDefaultsForALocalStart() {
        runner.withPropertyValues("souk.models.port=0").run(context -> {
            var properties = context.getBean(ModelsProperties.class);
            assertThat(properties)
                    .isEqualTo(new ModelsProperties("127.0.0.1", 0, null, 0, 64, null, Duration.ofSeconds(30)));
            assertThat(properties.workers())
                    .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
        });
    }

    @Test
    void takesEveryKey() {
        runner.withPropertyValues(
                        "souk.models.bind=localhost",
                        "souk.models.port=0",
                        "souk.models.credential=s3cret",
                        "souk.models.threads=2",
                        "souk.models.places=5",
                        "souk.models.native-directory=target/native",
                        "souk.models.deadline=7s")
                .run(context -> {
                    var properties = context.getBean(ModelsProperties.class);
                    assertThat(properties)
                            .isEqualTo(new ModelsProperties(
                                    "localhost", 0, "s3cret", 2, 5, Path.of("target/native"), Duration.ofSeconds(7)));
                    assertThat(properties.toString()).doesNotContain("s3cret");
                    assertThat(properties.workers()).isEqualTo(2);
                });
    }

    @Test
    void refusesNumbersOutOfRange() {
        for (var wrong : new String[] {"port=70000", "places=0", "threads=-1", "bind="}) {
            runner.withPropertyValues("souk.models.port=0", "souk.models." + wrong)
                    .run(context -> assertThat(context).hasFailed());
        }
    }

    @Test
    void servesOnlyWhereTheProcessHasTheRole() {
        runner.withPropertyValues("souk.roles=gateway")
                .run(context -> assertThat(context).doesNotHaveBean(HouseModelsAddress.class));
        runner.withPropertyValues("souk.roles=models", "souk.models.port=0").run(context -> {
            var origin = context.getBean(HouseModelsAddress.class).origin();
            var answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(origin.resolve("/v1/models"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains(HouseModels.SUMMARISER.id());
        });
    }
}
