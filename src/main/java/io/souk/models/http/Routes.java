package io.souk.models.http;

import io.souk.models.inference.InferencePool;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Which endpoint answers for a method and a path, and how each tells of a full queue. */
public final class Routes {
    private static final String MODELS = "/v1/models";
    private static final String TASKS = "/models/";

    private final InferencePool pool;
    private final EmbeddingsEndpoint embeddings;
    private final SummariserEndpoint summariser;
    private final String embeddingsId;
    private final String summariserId;
    private final long created;

    /**
     * @param embeddingsId the name by which callers know the embedding model
     * @param summariserId the name by which callers know the summariser
     */
    public Routes(InferencePool pool, InstantSource clock, String embeddingsId, String summariserId) {
        this.pool = pool;
        this.embeddings = new EmbeddingsEndpoint(pool, embeddingsId);
        this.summariser = new SummariserEndpoint(pool, summariserId, clock);
        this.embeddingsId = embeddingsId;
        this.summariserId = summariserId;
        this.created = clock.instant().getEpochSecond();
    }

    /** What is found behind a method and a path. */
    sealed interface Route {
        /** An answer that needs no body and no model. */
        record Ready(Answer answer) implements Route {}

        /**
         * An answer that is computed from a body.
         *
         * @param busyStatus what a full queue is answered with: Hugging Face's client for JavaScript repeats a 503 at
         *     once and for ever, so its routes say 429
         */
        record Computed(Function<ObjectNode, CompletableFuture<Answer>> endpoint, int busyStatus) implements Route {}
    }

    /** Whether the path may be asked without the credential. */
    static boolean isOpen(String path) {
        return path.equals("/health");
    }

    Route find(String method, String path) {
        return switch (path) {
            case "/health" -> {
                requireMethod(method, "GET", path);
                yield health();
            }
            case "/v1/embeddings" -> {
                requireMethod(method, "POST", path);
                yield new Route.Computed(this::embed, 503);
            }
            case "/v1/chat/completions" -> {
                requireMethod(method, "POST", path);
                yield new Route.Computed(this::chat, 503);
            }
            case MODELS -> {
                requireMethod(method, "GET", path);
                yield new Route.Ready(list());
            }
            default -> {
                if (path.startsWith(MODELS + "/")) {
                    requireMethod(method, "GET", path);
                    var id = path.substring(MODELS.length() + 1);
                    requireKnown(id);
                    yield new Route.Ready(new Answer.Whole(Json.bytes(model(id))));
                }
                if (path.startsWith(TASKS)) {
                    requireMethod(method, "POST", path);
                    yield new Route.Computed(task(path.substring(TASKS.length())), 429);
                }
                throw Refusal.notFound(
                        "unknown_url",
                        "There is nothing at " + method + " " + shortened(path) + ". Please check the address.");
            }
        };
    }

    private static void requireMethod(String method, String wanted, String path) {
        if (!method.equals(wanted)) {
            throw new Refusal(
                    405,
                    "invalid_request_error",
                    null,
                    "method_not_supported",
                    shortened(path) + " takes " + wanted + ", not " + method + ".");
        }
    }

    private Route health() {
        if (!pool.ready()) {
            throw Refusal.server(503, "starting", "The house models are being loaded; try again in a second.");
        }
        return new Route.Ready(new Answer.Whole(Json.bytes(Json.object().put("status", "up"))));
    }

    private CompletableFuture<Answer> embed(ObjectNode request) {
        requireModel(request, embeddingsId, "embeddings");
        return embeddings.embed(request);
    }

    private CompletableFuture<Answer> chat(ObjectNode request) {
        requireModel(request, summariserId, "chat completions");
        return summariser.chat(request);
    }

    private Function<ObjectNode, CompletableFuture<Answer>> task(String id) {
        requireKnown(id);
        return id.equals(embeddingsId) ? embeddings::task : summariser::task;
    }

    private void requireModel(ObjectNode request, String wanted, String what) {
        var id = Json.text(request, "model");
        requireKnown(id);
        if (!id.equals(wanted)) {
            throw Refusal.invalid(
                    "model", "model_not_supported", "'" + id + "' does not offer " + what + "; '" + wanted + "' does.");
        }
    }

    private void requireKnown(String id) {
        if (!id.equals(embeddingsId) && !id.equals(summariserId)) {
            throw Refusal.notFound(
                    "model_not_found",
                    "There is no model '" + shortened(id) + "' here; there are '" + embeddingsId + "' and '"
                            + summariserId + "'.");
        }
    }

    private Answer list() {
        var data = Json.array();
        List.of(embeddingsId, summariserId).forEach(id -> data.add(model(id)));
        var body = Json.object().put("object", "list");
        body.set("data", data);
        return new Answer.Whole(Json.bytes(body));
    }

    private ObjectNode model(String id) {
        return Json.object()
                .put("id", id)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "souk");
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
