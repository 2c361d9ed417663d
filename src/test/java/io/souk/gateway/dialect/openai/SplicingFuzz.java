package io.souk.gateway.dialect.openai;

import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Route;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Any request that is taken goes up as JSON that differs in the fields that are edited, and in no other. */
public final class SplicingFuzz {
    private static final JsonMapper JACKSON = JsonMapper.builder().build();
    private static final Set<String> EDITED = Set.of("model", "stream_options", "max_tokens", "max_completion_tokens");
    private static final int CAP = 50;

    private SplicingFuzz() {}

    static Route route(String host) {
        Duration second = Duration.ofSeconds(1);
        return new Route(
                new UUID(1, 1),
                new InetSocketAddress("127.0.0.1", 1),
                host,
                true,
                "",
                "up/stream",
                null,
                new Route.Deadlines(second, second, second));
    }

    public static void fuzzerTestOneInput(byte[] data) {
        OpenAiRequest request;
        try {
            request = OpenAiRequest.read(Operation.CHAT, data);
        } catch (BadRequest refused) {
            return;
        }
        Route route = route("localhost");
        byte[] sent = request.body(route, CAP);
        ObjectNode before = object(data);
        ObjectNode after = object(sent);
        if (!after.path("model").stringValue().equals("up/stream")) {
            throw new AssertionError("the model that goes up is " + after.path("model"));
        }
        if (request.stream()
                && !after.path("stream_options").path("include_usage").booleanValue()) {
            throw new AssertionError("usage is not asked for: " + text(sent));
        }
        int cap = Math.max(
                after.path("max_tokens").asInt(0),
                after.path("max_completion_tokens").asInt(0));
        if (cap < 1 || cap > CAP) {
            throw new AssertionError("the output is not capped: " + text(sent));
        }
        EDITED.forEach(before::remove);
        EDITED.forEach(after::remove);
        if (!before.equals(after)) {
            throw new AssertionError("another field changed:\n" + text(data) + "\n" + text(sent));
        }
    }

    private static ObjectNode object(byte[] json) {
        JsonNode read = JACKSON.readTree(json);
        return (ObjectNode) read;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
