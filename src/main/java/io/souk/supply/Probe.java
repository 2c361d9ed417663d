package io.souk.supply;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a server for its models: the question that costs nothing and shows that address and credential are right. */
class Probe {
    private static final int MOST_MODELS = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BackendCalls calls;

    Probe(BackendCalls calls) {
        this.calls = calls;
    }

    /**
     * Asks {@code GET {baseUrl}/models}.
     *
     * @param credential sent as a bearer token, null for none
     */
    Look look(URI baseUrl, @Nullable String credential, Duration deadline) {
        return switch (calls.get(trimmed(baseUrl), "/models", credential, deadline)) {
            case BackendCalls.Unanswered(String reason) -> new Look.Failed(reason);
            case BackendCalls.Answered answer -> read(answer, credential != null);
        };
    }

    private static Look read(BackendCalls.Answered answer, boolean hadCredential) {
        String problem = problem(answer, "/models", hadCredential);
        if (problem != null) {
            return new Look.Failed(problem);
        }
        try {
            JsonNode data = JSON.readTree(answer.text()).path("data");
            if (!data.isArray()) {
                return new Look.Failed("The server answered JSON, but no list of models. Is the address that of an "
                        + "OpenAI-compatible API? It mostly ends with /v1.");
            }
            List<String> models = new ArrayList<>();
            for (JsonNode model : data) {
                String id = model.path("id").asString("");
                if (!id.isEmpty() && models.size() < MOST_MODELS) {
                    models.add(id);
                }
            }
            return new Look.Found(
                    List.copyOf(models), Math.toIntExact(answer.total().toMillis()));
        } catch (JacksonException notJson) {
            return new Look.Failed(notJson(answer));
        }
    }

    /** Why an answer is of no use, or null if it may be. */
    static @Nullable String problem(BackendCalls.Answered answer, String path, boolean hadCredential) {
        int status = answer.status();
        if (status == 401 || status == 403) {
            return "The server refuses " + (hadCredential ? "this credential" : "requests without a credential")
                    + " (status " + status + "). Enter the key that it was set up with.";
        }
        if (answer.isHtml()) {
            return "The server answered a web page instead of JSON (status " + status + "). The address may lack its "
                    + "path, mostly /v1, or lead to a sign-in page or a proxy.";
        }
        if (status >= 300 && status < 400) {
            return "The server redirects elsewhere (status " + status + "), and Souk follows no redirects with a "
                    + "credential. Enter the address that it leads to.";
        }
        if (status == 404) {
            return "The server knows no " + path + " there (status 404). The address may lack its path, mostly /v1.";
        }
        if (status != 200) {
            return "The server answered with status " + status + message(answer) + ".";
        }
        return answer.text().isBlank() ? "The server answered nothing (status 200, empty body)." : null;
    }

    /** The server's own words, where it has some. */
    private static String message(BackendCalls.Answered answer) {
        try {
            String message =
                    JSON.readTree(answer.text()).path("error").path("message").asString("");
            return message.isBlank() ? "" : ": " + (message.length() > 200 ? message.substring(0, 200) : message);
        } catch (JacksonException notJson) {
            return "";
        }
    }

    static String notJson(BackendCalls.Answered answer) {
        return "The server answered something that is no JSON ("
                + (answer.contentType().isBlank() ? "without a content type" : answer.contentType())
                + "). Is the address that of an OpenAI-compatible API?";
    }

    private static URI trimmed(URI baseUrl) {
        String text = baseUrl.toString();
        return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : baseUrl;
    }
}
