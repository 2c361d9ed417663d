package io.souk.local.stripe;

import com.stripe.StripeClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.souk.support.TestClock;
import io.souk.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A local Stripe on a real PostgreSQL behind real HTTP; each answer is held against stripe-java's classes. */
final class RunningStripe implements AutoCloseable {
    static final String PAGES = "http://localhost:8080";

    /** One webhook as it arrived. */
    record Hook(String body, String signature) {}

    final TestClock clock = new TestClock();
    final List<String> problems = new CopyOnWriteArrayList<>();
    final List<Hook> hooks = new CopyOnWriteArrayList<>();

    private final TestDatabase database = TestDatabase.fresh();
    private final HttpServer server;
    private volatile ToIntFunction<Hook> receiver = hook -> 200;
    private LocalStripe stripe;

    RunningStripe() {
        clock.set(Instant.parse("2026-03-10T12:00:00Z"));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/local/stripe/", this::api);
        server.createContext("/hook", this::hook);
        server.start();
        stripe = started();
    }

    private LocalStripe started() {
        DriverManagerDataSource source =
                (DriverManagerDataSource) database.dataSource(database.address().system());
        LocalStripe made = new LocalStripe(
                JdbcClient.create(source),
                new TransactionTemplate(new JdbcTransactionManager(source)),
                clock,
                address() + "/local/stripe",
                PAGES);
        made.start();
        return made;
    }

    /** What a process does that was killed and started again: nothing in memory is left. */
    void restart() {
        stripe.stop();
        stripe = started();
    }

    LocalStripe stripe() {
        return stripe;
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String hookUrl() {
        return address() + "/hook";
    }

    /** How the webhook endpoint answers from now on. */
    void receive(ToIntFunction<Hook> status) {
        receiver = status;
    }

    StripeClient client() {
        return client(stripe.secretKey());
    }

    StripeClient client(String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(stripe.apiBase())
                .setFilesBase(stripe.apiBase())
                .setConnectBase(stripe.apiBase())
                .setMeterEventsBase(stripe.apiBase())
                .setConnectTimeout(2_000)
                .setReadTimeout(5_000)
                .build();
    }

    JdbcClient database() {
        return database.system();
    }

    private void api(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        ApiAnswer answer = stripe.api()
                .answer(new ApiCall(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawPath().substring("/local/stripe".length()),
                        exchange.getRequestMethod().equals("POST") ? body : query == null ? "" : query,
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                        exchange.getRequestHeaders().getFirst("Stripe-Version")));
        for (String problem : Conformance.problems(answer.body())) {
            problems.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + ": " + problem);
        }
        if (!answer.delay().isZero()) {
            LockSupport.parkNanos(answer.delay().toNanos());
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        if (answer.dropped()) {
            // The head and then nothing: HttpURLConnection by itself repeats a call to which nothing at all came back.
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().flush();
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void hook(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Hook hook = new Hook(body, exchange.getRequestHeaders().getFirst("Stripe-Signature"));
        for (String problem :
                Conformance.problems(Json.write(Json.parse(body).path("data").path("object")))) {
            problems.add("event " + Json.text(Json.parse(body), "type") + ": " + problem);
        }
        int status = receiver.applyAsInt(hook);
        hooks.add(hook);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** The types of the events that arrived, in the order of arrival. */
    List<String> types() {
        return hooks.stream()
                .map(hook -> Json.need(Json.parse(hook.body()), "type"))
                .toList();
    }

    void advance(Duration by) {
        stripe.advance(by);
    }

    @Override
    public void close() {
        stripe.stop();
        server.stop(0);
    }
}
