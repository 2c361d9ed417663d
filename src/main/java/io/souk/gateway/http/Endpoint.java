package io.souk.gateway.http;

import io.souk.gateway.relay.Operation;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything that the gateway serves; any other address is answered with 404. */
enum Endpoint {
    CHAT(HttpMethod.POST, "/v1/chat/completions", Operation.CHAT),
    EMBEDDINGS(HttpMethod.POST, "/v1/embeddings", Operation.EMBEDDINGS),
    MODELS(HttpMethod.GET, "/v1/models", null),
    MODEL(HttpMethod.GET, "/v1/models/{id}", null),
    HEALTH(HttpMethod.GET, "/health", null);

    /** One sentence that names them all. */
    static final String SENTENCE = sentence();

    private static final String ID = "{id}";
    private static final Endpoint[] ALL = values();

    private final HttpMethod method;
    private final String path;
    private final String slashed;
    private final @Nullable Operation operation;

    Endpoint(HttpMethod method, String path, @Nullable Operation operation) {
        this.method = method;
        this.path = path;
        this.slashed = path + "/";
        this.operation = operation;
    }

    /** The one that a path leads to, whatever the method; null for none. A slash at the end changes nothing. */
    static @Nullable Endpoint at(String path) {
        for (Endpoint endpoint : ALL) {
            if (endpoint.path.equals(path) || endpoint.slashed.equals(path)) {
                return endpoint;
            }
        }
        return path.startsWith(MODEL.start()) ? MODEL : null;
    }

    private String start() {
        return path.substring(0, path.length() - ID.length());
    }

    /** What stands where the address has an id, still encoded. */
    String id(String path) {
        return path.substring(start().length());
    }

    HttpMethod method() {
        return method;
    }

    /** What a call to it does; null where it is no call of a model. */
    @Nullable
    Operation operation() {
        return operation;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }

    private static String sentence() {
        String all = Arrays.stream(values()).map(Endpoint::toString).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return "The gateway knows " + all.substring(0, last) + " and " + all.substring(last + 2) + ".";
    }
}
