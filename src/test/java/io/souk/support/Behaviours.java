package io.souk.support;

import com.sun.net.httpserver.HttpExchange;
import io.souk.support.FakeBackend.Behaviour;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a {@link FakeBackend} can be told to do. */
public final class Behaviours {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int DIMENSIONS = 8;

    private Behaviours() {}

    /**
     * Answers properly. A chat answer is "You said: " and the last message; tokens are counted as words; the stream has
     * one chunk for each word and the usage only where it was asked for.
     */
    public static Behaviour answers() {
        return (exchange, body, backend) -> {
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith("/models")) {
                json(
                                200,
                                JSON.writeValueAsString(Map.of(
                                        "object", "list", "data", List.of(Map.of("id", "fake-1", "object", "model")))))
                        .answer(exchange, body, backend);
            } else if (path.endsWith("/embeddings")) {
                json(200, embeddings(JSON.readTree(body))).answer(exchange, body, backend);
            } else if (path.endsWith("/chat/completions")) {
                JsonNode request = JSON.readTree(body);
                chat(said(request), words(lastMessage(request)), words(said(request)))
                        .answer(exchange, body, backend);
            } else {
                error(404, "not_found", "Unknown route").answer(exchange, body, backend);
            }
        };
    }

    /** Does so for calls, and answers the probes of the portal properly, so that the backend stays up. */
    public static Behaviour toCalls(Behaviour behaviour) {
        return (exchange, body, backend) -> {
            boolean probe = exchange.getRequestURI().getPath().endsWith("/models");
            (probe ? answers() : behaviour).answer(exchange, body, backend);
        };
    }

    /** Answers a chat with this text and claims these tokens, true or not. */
    public static Behaviour chat(String text, long inputTokens, long outputTokens) {
        return (exchange, body, backend) -> {
            JsonNode request = JSON.readTree(body);
            Map<String, ?> usage = usage(inputTokens, outputTokens);
            if (!request.path("stream").asBoolean(false)) {
                json(200, JSON.writeValueAsString(completion(request, text, usage)))
                        .answer(exchange, body, backend);
                return;
            }
            List<String> events = new ArrayList<>(chunks(request, text));
            if (request.path("stream_options").path("include_usage").asBoolean(false)) {
                events.add(JSON.writeValueAsString(chunk(request, List.of(), usage)));
            }
            events.add("[DONE]");
            sse(events).answer(exchange, body, backend);
        };
    }

    /** Answers properly but never says how many tokens it took. */
    public static Behaviour withoutUsage(String text) {
        return (exchange, body, backend) -> {
            JsonNode request = JSON.readTree(body);
            if (!request.path("stream").asBoolean(false)) {
                json(200, JSON.writeValueAsString(completion(request, text, Map.of())))
                        .answer(exchange, body, backend);
                return;
            }
            List<String> events = new ArrayList<>(chunks(request, text));
            events.add("[DONE]");
            sse(events).answer(exchange, body, backend);
        };
    }

    /** Sends these as the data of server-sent events and ends. */
    public static Behaviour sse(List<String> events) {
        return (exchange, body, backend) -> {
            OutputStream out = startStream(exchange);
            for (String event : events) {
                send(out, event);
            }
            out.close();
        };
    }

    /** Sends these events, then breaks the connection. */
    public static Behaviour cutsAfter(List<String> events) {
        return (exchange, body, backend) -> {
            OutputStream out = startStream(exchange);
            for (String event : events) {
                send(out, event);
            }
            throw new IOException("cut");
        };
    }

    /** Sends these events, then nothing more until the server is closed. */
    public static Behaviour stallsAfter(List<String> events) {
        return (exchange, body, backend) -> {
            OutputStream out = startStream(exchange);
            for (String event : events) {
                send(out, event);
            }
            backend.awaitClose();
        };
    }

    /** Never answers. */
    public static Behaviour stalls() {
        return (exchange, body, backend) -> backend.awaitClose();
    }

    /** Breaks the connection before a byte of an answer. */
    public static Behaviour hangsUp() {
        return (exchange, body, backend) -> {
            throw new IOException("hung up");
        };
    }

    /** Answers with a web page, as a misconfigured proxy does. */
    public static Behaviour html(int status, String page) {
        return fixed(status, "text/html; charset=utf-8", page);
    }

    /** Answers with this JSON. */
    public static Behaviour json(int status, String body) {
        return fixed(status, "application/json", body);
    }

    /** Answers with an error in OpenAI's shape. */
    public static Behaviour error(int status, String code, String message) {
        return json(
                status,
                JSON.writeValueAsString(
                        Map.of("error", Map.of("message", message, "type", "invalid_request_error", "code", code))));
    }

    /** Answers with these bytes and type. */
    public static Behaviour fixed(int status, String type, String text) {
        return (exchange, body, backend) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** The chunks of a streamed chat answer: the role, a chunk for each word, the finish reason. */
    public static List<String> chunks(String model, String text) {
        return chunks(JSON.valueToTree(Map.of("model", model)), text);
    }

    private static List<String> chunks(JsonNode request, String text) {
        List<String> events = new ArrayList<>();
        events.add(JSON.writeValueAsString(chunk(request, choice(Map.of("role", "assistant", "content", "")), null)));
        for (String word : text.splitWithDelimiters("(?<= )", 0)) {
            if (!word.isEmpty()) {
                events.add(JSON.writeValueAsString(chunk(request, choice(Map.of("content", word)), null)));
            }
        }
        events.add(JSON.writeValueAsString(
                chunk(request, List.of(Map.of("index", 0, "delta", Map.of(), "finish_reason", "stop")), null)));
        return events;
    }

    private static List<?> choice(Map<String, ?> delta) {
        return List.of(Map.of("index", 0, "delta", delta));
    }

    private static Map<String, ?> chunk(
            JsonNode request, List<?> choices, @org.jspecify.annotations.Nullable Map<String, ?> usage) {
        Map<String, Object> chunk = new java.util.LinkedHashMap<>();
        chunk.put("id", "chatcmpl-fake");
        chunk.put("object", "chat.completion.chunk");
        chunk.put("created", 1_700_000_000);
        chunk.put("model", request.path("model").asString("fake-1"));
        chunk.put("choices", choices);
        if (usage != null) {
            chunk.put("usage", usage);
        }
        return chunk;
    }

    private static Map<String, ?> completion(JsonNode request, String text, Map<String, ?> usage) {
        Map<String, Object> answer = new java.util.LinkedHashMap<>();
        answer.put("id", "chatcmpl-fake");
        answer.put("object", "chat.completion");
        answer.put("created", 1_700_000_000);
        answer.put("model", request.path("model").asString("fake-1"));
        answer.put(
                "choices",
                List.of(Map.of(
                        "index", 0, "message", Map.of("role", "assistant", "content", text), "finish_reason", "stop")));
        if (!usage.isEmpty()) {
            answer.put("usage", usage);
        }
        return answer;
    }

    private static Map<String, ?> usage(long input, long output) {
        return Map.of("prompt_tokens", input, "completion_tokens", output, "total_tokens", input + output);
    }

    private static String embeddings(JsonNode request) {
        List<String> inputs = new ArrayList<>();
        JsonNode input = request.path("input");
        if (input.isArray()) {
            input.forEach(each -> inputs.add(each.isString() ? each.asString() : each.toString()));
        } else {
            inputs.add(input.asString(""));
        }
        boolean base64 = request.path("encoding_format").asString("float").equals("base64");
        List<Map<String, ?>> data = new ArrayList<>();
        long tokens = 0;
        for (int i = 0; i < inputs.size(); i++) {
            tokens += words(inputs.get(i));
            Object vector = base64 ? packed(inputs.get(i)) : vector(inputs.get(i));
            data.add(Map.of("object", "embedding", "index", i, "embedding", vector));
        }
        return JSON.writeValueAsString(Map.of(
                "object",
                "list",
                "model",
                request.path("model").asString("fake-1"),
                "data",
                data,
                "usage",
                Map.of("prompt_tokens", tokens, "total_tokens", tokens)));
    }

    private static List<Float> vector(String text) {
        List<Float> vector = new ArrayList<>();
        for (int i = 0; i < DIMENSIONS; i++) {
            vector.add(((text.hashCode() >>> i) & 15) / 16f);
        }
        return vector;
    }

    private static String packed(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * DIMENSIONS).order(ByteOrder.LITTLE_ENDIAN);
        vector(text).forEach(bytes::putFloat);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static String said(JsonNode request) {
        return "You said: " + lastMessage(request);
    }

    private static String lastMessage(JsonNode request) {
        JsonNode messages = request.path("messages");
        return messages.isEmpty()
                ? ""
                : messages.get(messages.size() - 1).path("content").asString("");
    }

    private static long words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }

    private static OutputStream startStream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void send(OutputStream out, String event) throws IOException {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
