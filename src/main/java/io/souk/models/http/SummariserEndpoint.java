package io.souk.models.http;

import io.souk.models.inference.InferencePool;
import io.souk.models.summary.Summary;
import io.souk.models.summary.SummarySteps;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The summariser in the shape of a chat, streamed word by word or whole, and as the Hugging Face task. */
final class SummariserEndpoint {
    private final InferencePool pool;
    private final String model;
    private final InstantSource clock;

    SummariserEndpoint(InferencePool pool, String model, InstantSource clock) {
        this.pool = pool;
        this.model = model;
        this.clock = clock;
    }

    CompletableFuture<Answer> chat(ObjectNode json) {
        var request = ChatRequest.of(json);
        var steps = new SummarySteps(request.text(), SummarySteps.DEFAULT_SENTENCES, request.maxTokens());
        var head = new Head(
                "chatcmpl-" + UUID.randomUUID().toString().replace("-", ""),
                clock.instant().getEpochSecond());
        return pool.submit(steps.then(
                summary -> request.stream() ? events(head, summary, request.includeUsage()) : whole(head, summary)));
    }

    CompletableFuture<Answer> task(ObjectNode request) {
        var text = Json.text(request, "inputs");
        var sentences = Json.number(
                Json.objectIn(request, "parameters"),
                "max_sentences",
                "parameters.max_sentences",
                1,
                SummarySteps.MAX_SENTENCES,
                SummarySteps.DEFAULT_SENTENCES);
        return pool.submit(new SummarySteps(text, sentences, SummarySteps.MAX_TOKENS).then(summary -> {
            if (summary.tooShort()) {
                throw Refusal.invalid(
                        "inputs",
                        "input_too_short",
                        "'inputs' must be a text of at least " + SummarySteps.MIN_SENTENCES
                                + " sentences, from which the most telling ones are chosen.");
            }
            var body = Json.array().add(Json.object().put("summary_text", summary.text()));
            return new Answer.Whole(
                    Json.bytes(body),
                    Map.of(
                            "x-compute-tokens", Integer.toString(summary.promptTokens()),
                            "x-prompt-tokens", Integer.toString(summary.promptTokens()),
                            "x-generated-tokens", Integer.toString(summary.completionTokens())));
        }));
    }

    private Answer whole(Head head, Summary summary) {
        var message = Json.object()
                .put("role", "assistant")
                .put("content", summary.text())
                .putNull("refusal");
        var choice = Json.object().put("index", 0);
        choice.set("message", message);
        choice.putNull("logprobs").put("finish_reason", finishReason(summary));
        var body = head.object("chat.completion", model);
        body.set("choices", Json.array().add(choice));
        body.set("usage", usage(summary));
        return new Answer.Whole(Json.bytes(body));
    }

    private Answer events(Head head, Summary summary, boolean includeUsage) {
        var events = new ArrayList<byte[]>();
        events.add(chunk(head, Json.object().put("role", "assistant").put("content", ""), null, includeUsage));
        var text = summary.text();
        for (var from = 0; from < text.length(); ) {
            // a word goes out with the blank in front of it, so that the pieces join to the very text
            var blank = text.indexOf(' ', from + 1);
            var to = blank < 0 ? text.length() : blank;
            events.add(chunk(head, Json.object().put("content", text.substring(from, to)), null, includeUsage));
            from = to;
        }
        events.add(chunk(head, Json.object(), finishReason(summary), includeUsage));
        if (includeUsage) {
            var last = head.object("chat.completion.chunk", model);
            last.set("choices", Json.array());
            last.set("usage", usage(summary));
            events.add(Json.bytes(last));
        }
        return new Answer.Events(events);
    }

    private byte[] chunk(Head head, ObjectNode delta, @Nullable String finishReason, boolean includeUsage) {
        var choice = Json.object().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        var chunk = head.object("chat.completion.chunk", model);
        chunk.set("choices", Json.array().add(choice));
        if (includeUsage) {
            chunk.putNull("usage");
        }
        return Json.bytes(chunk);
    }

    private static String finishReason(Summary summary) {
        return summary.complete() ? "stop" : "length";
    }

    private static ObjectNode usage(Summary summary) {
        return Json.object()
                .put("prompt_tokens", summary.promptTokens())
                .put("completion_tokens", summary.completionTokens())
                .put("total_tokens", summary.promptTokens() + summary.completionTokens());
    }

    private record Head(String id, long created) {
        ObjectNode object(String kind, String model) {
            return Json.object()
                    .put("id", id)
                    .put("object", kind)
                    .put("created", created)
                    .put("model", model);
        }
    }
}
