package io.souk.exactness;

import com.sun.net.httpserver.HttpExchange;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a backend does with one call; the call itself says which, in its text. */
enum Plan {
    /** Answers and says what it used. */
    HONEST(Set.of("completed")),
    /** Begins, and ends only when {@link Seller#letGo} was called. */
    HELD(Set.of("completed")),
    /** Begins and never ends. */
    ENDLESS(Set.of()),
    /** Answers a piece every 40 ms, so that a call lives long enough to be hit. */
    SLOW(Set.of("completed")),
    /** Answers and never says what it used. */
    SILENT_ON_USAGE(Set.of("completed")),
    /** Says what it used twice. */
    USAGE_TWICE(Set.of("completed")),
    /** Claims a thousand million tokens of output. */
    ABSURD(Set.of("completed")),
    /** Claims to have used less than nothing. */
    NEGATIVE(Set.of("completed")),
    /** Breaks the connection in the middle. */
    CUT(Set.of("upstream_broken", "upstream_error")),
    /** Answers 500. */
    ERROR(Set.of("upstream_error")),
    /** Answers with a web page. */
    HTML(Set.of("upstream_error"));

    static final long INPUT = 12;
    static final long OUTPUT = 5;
    /** What a held answer in one piece says it used: all that was asked for. */
    static final int CONSTANT_OUTPUT = 64;

    private static final String TEXT = "All of it and more.";

    private final Set<String> reasons;

    Plan(Set<String> reasons) {
        this.reasons = reasons;
    }

    /** How a call ends that neither its caller nor the gateway left. */
    Set<String> reasons() {
        return reasons;
    }

    /** Whether the backend's own count is what a whole answer costs. */
    boolean isTruthful() {
        return this == HONEST || this == SLOW || this == USAGE_TWICE;
    }

    static Plan of(String body) {
        int at = body.indexOf("plan-") + "plan-".length();
        return valueOf(body.substring(at, body.indexOf(' ', at)));
    }

    /** Does it. */
    static void carryOut(HttpExchange exchange, String body, FakeBackend backend, CountDownLatch held)
            throws Exception {
        boolean stream = body.contains("\"stream\":true");
        switch (of(body)) {
            case HELD -> {
                if (stream) {
                    exchange.getResponseHeaders().set("content-type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    List<String> chunks = Behaviours.chunks("upstream", TEXT);
                    for (int i = 0; i < chunks.size(); i++) {
                        if (i == 3) {
                            held.await();
                        }
                        send(out, chunks.get(i));
                    }
                    send(out, usage(INPUT, OUTPUT));
                    send(out, "[DONE]");
                    out.close();
                } else {
                    held.await();
                    Behaviours.chat(TEXT, INPUT, CONSTANT_OUTPUT).answer(exchange, body, backend);
                }
            }
            case ENDLESS ->
                Behaviours.stallsAfter(Behaviours.chunks("upstream", TEXT).subList(0, 3))
                        .answer(exchange, body, backend);
            case HONEST -> Behaviours.chat(TEXT, INPUT, OUTPUT).answer(exchange, body, backend);
            case SLOW -> {
                if (stream) {
                    stream(exchange, 40, usage(INPUT, OUTPUT));
                } else {
                    rest(200);
                    Behaviours.chat(TEXT, INPUT, OUTPUT).answer(exchange, body, backend);
                }
            }
            case SILENT_ON_USAGE -> Behaviours.withoutUsage(TEXT).answer(exchange, body, backend);
            case USAGE_TWICE -> {
                if (stream) {
                    stream(exchange, 0, usage(INPUT, OUTPUT), usage(INPUT, OUTPUT));
                } else {
                    Behaviours.chat(TEXT, INPUT, OUTPUT).answer(exchange, body, backend);
                }
            }
            case ABSURD -> Behaviours.chat(TEXT, INPUT, 1_000_000_000).answer(exchange, body, backend);
            case NEGATIVE -> Behaviours.chat(TEXT, INPUT, -OUTPUT).answer(exchange, body, backend);
            case CUT -> {
                if (stream) {
                    Behaviours.cutsAfter(Behaviours.chunks("upstream", TEXT).subList(0, 3))
                            .answer(exchange, body, backend);
                } else {
                    Behaviours.hangsUp().answer(exchange, body, backend);
                }
            }
            case ERROR -> Behaviours.error(500, "server_error", "Broken.").answer(exchange, body, backend);
            case HTML -> Behaviours.html(200, "<h1>Hello</h1>").answer(exchange, body, backend);
        }
    }

    private static void stream(HttpExchange exchange, long millisBetween, String... usages) throws IOException {
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (String chunk : Behaviours.chunks("upstream", TEXT)) {
                send(out, chunk);
                rest(millisBetween);
            }
            for (String usage : usages) {
                send(out, usage);
            }
            send(out, "[DONE]");
        }
    }

    private static String usage(long input, long output) {
        return "{\"id\":\"chatcmpl-fake\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"upstream\","
                + "\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}"
                        .formatted(input, output, input + output);
    }

    private static void rest(long millis) {
        if (millis > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    private static void send(OutputStream out, String event) throws IOException {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** All of them, honest ones most often. */
    static List<Plan> mixture() {
        return List.of(
                HONEST,
                HONEST,
                HONEST,
                SLOW,
                SLOW,
                SLOW,
                SILENT_ON_USAGE,
                USAGE_TWICE,
                ABSURD,
                NEGATIVE,
                CUT,
                ERROR,
                HTML);
    }
}
