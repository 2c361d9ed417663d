package io.souk.local;

import io.souk.catalog.Task;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Calls a model as a customer's program would. */
@Component
@ConditionalOnLocalMode
class OneCall {
    static final String TEXT = "The river rose after three days of rain and flooded the lower town. "
            + "Volunteers carried sandbags to the school until midnight. "
            + "By morning the water had stopped a hand's breadth below the doors, and classes went on as planned.";
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final JsonMapper json;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    OneCall(JsonMapper json) {
        this.json = json;
    }

    /**
     * Asks and reads the whole answer.
     *
     * @param base what stands before {@code /chat/completions}
     * @throws IllegalStateException if the answer is not a 200 within 20 seconds
     */
    void ask(URI base, Task task, String model, String text, @Nullable String key, boolean stream) {
        Map<String, ?> body = task.isChat()
                ? Map.of("model", model, "stream", stream, "messages", List.of(Map.of("role", "user", "content", text)))
                : Map.of("model", model, "input", text);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + task.path()))
                .timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(model + " answered " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new IllegalStateException(model + " did not answer at " + base + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + model + " was asked", e);
        }
    }
}
