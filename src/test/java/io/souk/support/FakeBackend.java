package io.souk.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible server on loopback that does what a test tells it and remembers what it was asked. Untold, it
 * answers {@code /models}, {@code /chat/completions} (streamed or not) and {@code /embeddings} as such a server should;
 * {@link #next} tells it to do otherwise once, {@link #always} from now on.
 */
public final class FakeBackend implements AutoCloseable {
    /** One request as it arrived. Header names are lower case. */
    public record Seen(String method, String path, Map<String, String> headers, String body) {}

    /** How a request is answered. */
    @FunctionalInterface
    public interface Behaviour {
        /** Answers; throwing breaks the connection. */
        void answer(HttpExchange exchange, String body, FakeBackend backend) throws Exception;
    }

    private volatile HttpServer server;
    private final int port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final List<Behaviour> once = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final String scheme;
    private final String basePath;
    private final @Nullable String credential;
    private volatile Behaviour usual = Behaviours.answers();

    private FakeBackend(HttpServer server, String scheme, String basePath, @Nullable String credential) {
        this.server = server;
        this.port = server.getAddress().getPort();
        this.scheme = scheme;
        this.basePath = basePath;
        this.credential = credential;
        open(server);
    }

    private void open(HttpServer opened) {
        opened.createContext("/", this::handle);
        opened.setExecutor(threads);
        opened.start();
    }

    /** Stops listening, as a server does that is switched off; only {@link #up} and {@link #close} may follow. */
    public void down() {
        server.stop(0);
    }

    /** Listens again at the same address; only for one over plain HTTP. */
    public void up() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
            open(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plain one under {@code /v1} that wants no credential. */
    public static FakeBackend http() {
        return http("/v1", null);
    }

    /**
     * A plain one.
     *
     * @param basePath what stands before {@code /chat/completions}, with a leading slash, or empty
     * @param credential the bearer token it wants, null for none
     */
    public static FakeBackend http(String basePath, @Nullable String credential) {
        try {
            return new FakeBackend(HttpServer.create(loopback(), 64), "http", basePath, credential);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One over TLS. */
    public static FakeBackend https(SelfSigned certificate, String basePath, @Nullable String credential) {
        try {
            HttpsServer server = HttpsServer.create(loopback(), 64);
            server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
            return new FakeBackend(server, "https", basePath, credential);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** What a person would enter as the backend's address. */
    public URI baseUrl() {
        return URI.create(scheme + "://127.0.0.1:" + port + basePath);
    }

    /** Does this for the next request that no earlier {@code next} is for. */
    public FakeBackend next(Behaviour behaviour) {
        once.add(behaviour);
        return this;
    }

    /** Does this whenever nothing else was told. */
    public FakeBackend always(Behaviour behaviour) {
        usual = behaviour;
        return this;
    }

    /** Everything it was asked, in order; probes of {@code /models} too. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Everything it was asked at paths that end so. */
    public List<Seen> seen(String pathEnd) {
        return seen.stream().filter(request -> request.path().endsWith(pathEnd)).toList();
    }

    /** Waits until this server is closed: how a behaviour stalls. */
    void awaitClose() throws InterruptedException {
        closed.await();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String path = exchange.getRequestURI().getPath();
        seen.add(new Seen(exchange.getRequestMethod(), path, headers, body));
        try {
            if (!path.startsWith(basePath + "/")) {
                Behaviours.html(404, "<h1>Not here</h1>").answer(exchange, body, this);
            } else if (credential != null && !("Bearer " + credential).equals(headers.get("authorization"))) {
                Behaviours.error(401, "invalid_api_key", "Incorrect API key provided.")
                        .answer(exchange, body, this);
            } else if (path.equals(basePath + "/models")) {
                Behaviours.answers().answer(exchange, body, this);
            } else {
                behaviour().answer(exchange, body, this);
            }
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (Exception e) {
            // The server then drops the connection; closing the exchange would end a stream as if it were whole.
            throw new IOException("this behaviour breaks the connection", e);
        }
    }

    private synchronized Behaviour behaviour() {
        return once.isEmpty() ? usual : once.removeFirst();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
