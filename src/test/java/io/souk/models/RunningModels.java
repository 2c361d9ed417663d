package io.souk.models;

import io.souk.models.http.ModelsListener;
import io.souk.models.http.Routes;
import io.souk.models.inference.InferencePool;
import io.souk.models.inference.MiniLm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The house models behind a free port, and a plain client for them. */
public final class RunningModels implements AutoCloseable {
    public static final JsonMapper JSON = JsonMapper.shared();

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static @Nullable RunningModels shared;

    public final InferencePool pool;
    public final ModelsListener listener;

    RunningModels(int places, Duration deadline, @Nullable String credential) throws IOException {
        pool = new InferencePool(MiniLm::load, 1, places, deadline);
        listener = ModelsListener.start(
                "127.0.0.1",
                0,
                credential,
                new Routes(pool, InstantSource.system(), HouseModels.EMBEDDINGS.id(), HouseModels.SUMMARISER.id()));
    }

    /** One server for all tests that change nothing in it; it ends with the virtual machine. */
    static synchronized RunningModels shared() throws IOException {
        var running = shared;
        if (running == null) {
            running = new RunningModels(64, Duration.ofSeconds(30), null);
            shared = running;
            Runtime.getRuntime().addShutdownHook(new Thread(running::close));
        }
        return running;
    }

    URI at(String path) {
        return listener.origin().resolve(path);
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)).GET());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(Duration.ofSeconds(40)).build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        listener.close();
        pool.close();
    }
}
