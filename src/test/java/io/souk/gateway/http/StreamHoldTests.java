package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.dialect.Tokenizer;
import io.souk.gateway.relay.CallEnd;
import io.souk.gateway.relay.Extension;
import io.souk.kernel.CallReason;
import io.souk.kernel.TokenClass;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream is never relayed further than it is held for. Each word of these streams is five bytes and one token. */
class StreamHoldTests {
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");
    private static final int WORDS = 100;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Gateways gateway = Gateways.started(Map.of(), backend);
    private final Queue<Consumer<Extension>> wishes = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private static String words(int from, int to) {
        StringBuilder events = new StringBuilder();
        for (int i = from; i < to; i++) {
            events.append(Wire.chunk("word "));
        }
        return events.toString();
    }

    private static String text(String stream) {
        StringBuilder text = new StringBuilder();
        Matcher content = CONTENT.matcher(stream);
        while (content.find()) {
            text.append(content.group(1));
        }
        return text.toString();
    }

    private static String end(int words) {
        return Wire.finish() + Wire.usage(5, words) + Wire.DONE;
    }

    @Test
    void growsTheHoldAheadOfTheRelay() {
        gateway.calls.outputCap = 10_000;
        gateway.calls.covered = 64;
        gateway.calls.slice = 64;
        AtomicLong covered = new AtomicLong(64);
        gateway.calls.extension = (tokens, then) -> {
            covered.addAndGet(tokens);
            then.accept(Extension.GRANTED);
        };
        backend.streams(words(0, 5), words(5, 50), words(50, WORDS), end(WORDS));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            String all = caller.readUntil("[DONE]");
            assertThat(text(all)).isEqualTo("word ".repeat(WORDS));
        }
        CallEnd end = Wire.end(gateway);
        assertThat(end.reason()).isEqualTo(CallReason.COMPLETED);
        assertThat(end.counts().get(TokenClass.OUTPUT)).isEqualTo(WORDS);
        assertThat(covered.get()).isBetween(5L * WORDS, 5L * WORDS + 128);
    }

    @Test
    void relaysNothingThatIsNotHeldForAndGoesOnWhenItIs() {
        gateway.calls.outputCap = 10_000;
        gateway.calls.covered = 12;
        gateway.calls.slice = 1_000;
        gateway.calls.extension = (tokens, then) -> wishes.add(then);
        backend.streams(words(0, 20), words(20, WORDS), end(WORDS));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            String first = caller.readUntil("null}]}\n\n");
            await().atMost(Duration.ofSeconds(5)).until(() -> !wishes.isEmpty());
            // twelve bytes are two words; the third waits for its extension
            assertThat(caller.waiting()).isLessThan(2 * Wire.chunk("word ").length());
            assertThat(gateway.calls.ends).isEmpty();
            wishes.remove().accept(Extension.GRANTED);
            String rest = caller.readUntil("[DONE]");
            assertThat(text(first + rest)).isEqualTo("word ".repeat(WORDS));
        }
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
        assertThat(gateway.calls.extended).allMatch(tokens -> tokens >= 1_000);
    }

    @Test
    void endsAStreamWhoseCreditEndsAsOneThatReachedItsLimit() {
        gateway.calls.outputCap = 10_000;
        gateway.calls.covered = 30;
        gateway.calls.slice = 1_000;
        gateway.calls.extension = (tokens, then) -> then.accept(Extension.REFUSED);
        backend.streams(words(0, WORDS), words(WORDS, 2 * WORDS), end(2 * WORDS));
        String asked =
                Wire.STREAM.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        String all;
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(asked);
            all = caller.readUntil("[DONE]");
        }
        CallEnd end = Wire.end(gateway);
        long delivered = Tokenizer.count(text(all));
        assertThat(end.reason()).isEqualTo(CallReason.CREDIT_EXHAUSTED);
        // by bytes alone it were six words; what the caller has is counted, so nearly all that is held for is delivered
        assertThat(delivered).isBetween(26L, 30L);
        assertThat(end.counts().get(TokenClass.OUTPUT)).isEqualTo(delivered);
        assertThat(all)
                .contains("\"finish_reason\":\"length\"", "credit_exhausted", "\"completion_tokens\":" + delivered)
                .doesNotContain("\"error\"", "vendor/");
        assertThat(all.indexOf("\"finish_reason\":\"length\"")).isLessThan(all.indexOf("\"completion_tokens\""));
        await().atMost(Duration.ofSeconds(5)).until(() -> gateway.server.runningCalls() == 0);
    }

    @Test
    void cancelsTheBackendWhenCreditEnds() {
        gateway.calls.outputCap = 10_000;
        gateway.calls.covered = 30;
        gateway.calls.slice = 1_000;
        gateway.calls.extension = (tokens, then) -> then.accept(Extension.REFUSED);
        // the backend would go on and on
        backend.script = (_, response) -> {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(io.vertx.core.buffer.Buffer.buffer(words(0, WORDS)));
        };
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            caller.readUntil("[DONE]");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> backend.hungUp.get() == 1);
    }

    @Test
    void waitsForAnAnswerThatIsNotToBeHadAndGoesOn() {
        gateway.calls.outputCap = 10_000;
        gateway.calls.covered = 12;
        gateway.calls.slice = 1_000;
        AtomicLong asked = new AtomicLong();
        gateway.calls.extension =
                (tokens, then) -> then.accept(asked.incrementAndGet() < 4 ? Extension.UNAVAILABLE : Extension.GRANTED);
        backend.streams(words(0, WORDS), end(WORDS));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            assertThat(text(caller.readUntil("[DONE]"))).isEqualTo("word ".repeat(WORDS));
        }
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
        assertThat(asked.get()).isGreaterThanOrEqualTo(4);
    }

    /** Both kinds of not knowing, at the same time: an answer that says so, and none at all. */
    @Test
    void endsAStreamOfWhichItCannotFindOutWhetherThereIsMoreCreditAfterTenSeconds() {
        try (ScriptedBackend other = new ScriptedBackend();
                Gateways unanswered = Gateways.started(Map.of(), other)) {
            gateway.calls.extension = (tokens, then) -> then.accept(Extension.UNAVAILABLE);
            unanswered.calls.extension = (tokens, then) -> wishes.add(then);
            for (Gateways each : List.of(gateway, unanswered)) {
                each.calls.outputCap = 10_000;
                each.calls.covered = 12;
                each.calls.slice = 1_000;
            }
            for (ScriptedBackend each : List.of(backend, other)) {
                each.script = (_, response) -> {
                    response.setChunked(true).putHeader("content-type", "text/event-stream");
                    response.write(io.vertx.core.buffer.Buffer.buffer(words(0, WORDS)));
                };
            }
            long begin = System.nanoTime();
            try (Wire.Bare caller = new Wire.Bare(gateway);
                    Wire.Bare second = new Wire.Bare(unanswered)) {
                caller.patience(Duration.ofSeconds(20)).chat(Wire.STREAM);
                second.patience(Duration.ofSeconds(20)).chat(Wire.STREAM);
                for (String all : List.of(caller.readUntil("}}"), second.readUntil("}}"))) {
                    assertThat(text(all)).isEqualTo("word word ");
                    assertThat(all).contains("service_unavailable").doesNotContain("[DONE]");
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(9_900), Duration.ofSeconds(14));
            for (Gateways each : List.of(gateway, unanswered)) {
                CallEnd end = Wire.end(each);
                assertThat(end.reason()).isEqualTo(CallReason.INTERRUPTED);
                assertThat(end.counts().get(TokenClass.OUTPUT)).isEqualTo(Tokenizer.count("word word "));
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> backend.hungUp.get() == 1 && other.hungUp.get() == 1);
        }
    }

    @Test
    void neverNeedsMoreThanTheOutputThatTheBackendWasAskedFor() {
        gateway.calls.outputCap = 120;
        gateway.calls.covered = 50;
        gateway.calls.slice = 50;
        AtomicLong covered = new AtomicLong(50);
        gateway.calls.extension = (tokens, then) -> {
            boolean fits = covered.get() + Math.min(tokens, 70) <= 120;
            covered.addAndGet(fits ? tokens : 0);
            then.accept(fits ? Extension.GRANTED : Extension.REFUSED);
        };
        backend.streams(words(0, WORDS), end(WORDS));
        try (Wire.Bare caller = new Wire.Bare(gateway)) {
            caller.chat(Wire.STREAM);
            assertThat(text(caller.readUntil("[DONE]"))).isEqualTo("word ".repeat(WORDS));
        }
        assertThat(Wire.end(gateway).reason()).isEqualTo(CallReason.COMPLETED);
    }
}
