package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.SoukTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@SoukTest
class WholeProgramTests {
    @Autowired
    private Environment environment;

    @Test
    void saysThatItIsHealthy() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:"
                                        + environment.getRequiredProperty("local.server.port") + "/actuator/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("UP");
    }
}
