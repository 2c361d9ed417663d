package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.relay.Answer;
import io.souk.gateway.relay.Conversation;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Opened;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Route;
import io.souk.gateway.relay.Upload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A chat or embedding request in OpenAI's dialect, for a backend that speaks it too: the body that goes up is the body
 * that came, but for the model's name, the request for usage and the output cap.
 */
public final class OpenAiRequest implements Conversation {
    /** The dearest picture of the large providers, rounded up. */
    private static final long TOKENS_PER_ATTACHMENT = 4_096;

    private final Operation operation;
    private final byte[] body;
    private final RequestFields fields;
    private final String model;

    private OpenAiRequest(Operation operation, byte[] body, RequestFields fields) {
        this.operation = operation;
        this.body = body;
        this.fields = fields;
        this.model = Objects.requireNonNull(fields.model);
    }

    /** Reads a request whose body has fully arrived. @throws BadRequest if it cannot be understood */
    public static OpenAiRequest read(Operation operation, byte[] body) {
        return new OpenAiRequest(operation, body, RequestFields.read(body, operation));
    }

    @Override
    public Operation operation() {
        return operation;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public boolean stream() {
        return fields.stream;
    }

    @Override
    public int choices() {
        return fields.choices;
    }

    /** The cap per choice that the caller gave; the newer name wins, as it does at OpenAI. */
    public OptionalInt outputCap() {
        int cap = fields.maxCompletionTokens > 0 ? fields.maxCompletionTokens : fields.maxTokens;
        return cap > 0 ? OptionalInt.of(cap) : OptionalInt.empty();
    }

    @Override
    public long inputBytes() {
        return body.length;
    }

    /**
     * No more input tokens than this: no text holds more tokens than bytes, and what is no text is reckoned generously,
     * since an address of a few bytes may stand for a picture.
     */
    public long inputTokensAtMost() {
        return body.length + fields.otherThanText * TOKENS_PER_ATTACHMENT;
    }

    /** The prompt by our own tokenizer, with the same for what is no text. Never on an event loop. */
    public long inputTokensCounted() {
        return promptTokens() + fields.otherThanText * TOKENS_PER_ATTACHMENT;
    }

    @Override
    public long inputBound() {
        return fields.otherThanText > 0 ? Long.MAX_VALUE : body.length;
    }

    @Override
    public long promptTokens() {
        return PromptTokens.count(body, operation);
    }

    @Override
    public String path() {
        return operation.path();
    }

    @Override
    public byte[] body(Route route, int outputCap) {
        List<Edit> edits = edits(route, outputCap);
        return edits.isEmpty() ? body : spliced(edits);
    }

    @Override
    public Upload upload(Route route, int outputCap) {
        Upload upload = new Upload();
        int done = 0;
        for (Edit edit : edits(route, outputCap)) {
            upload.add(body, done, edit.start()).add(edit.text().getBytes(StandardCharsets.UTF_8));
            done = edit.end();
        }
        return upload.add(body, done, body.length);
    }

    private List<Edit> edits(Route route, int outputCap) {
        List<Edit> edits = new ArrayList<>(4);
        if (!route.upstreamModel().equals(model)) {
            edits.add(Edit.replace(fields.modelAt, JsonText.quote(route.upstreamModel())));
        }
        if (fields.stream) {
            askForUsage(edits);
        }
        if (operation == Operation.CHAT && outputCap > 0) {
            cap(edits, outputCap, route);
        }
        edits.sort(Comparator.comparingInt(Edit::start));
        return edits;
    }

    private void askForUsage(List<Edit> edits) {
        if (fields.includeUsage) {
            return;
        }
        if (fields.includeUsageAt.isPresent()) {
            edits.add(Edit.replace(fields.includeUsageAt, "true"));
        } else if (fields.streamOptionsIsObject) {
            int inside = fields.streamOptionsAt.start() + 1;
            edits.add(new Edit(inside, inside, "\"include_usage\":true" + (isEmptyObject(inside) ? "" : ",")));
        } else if (fields.streamOptionsAt.isPresent()) {
            edits.add(Edit.replace(fields.streamOptionsAt, "{\"include_usage\":true}"));
        } else {
            edits.add(member("\"stream_options\":{\"include_usage\":true}"));
        }
    }

    private boolean isEmptyObject(int inside) {
        int i = inside;
        while (body[i] == ' ' || body[i] == '\n' || body[i] == '\r' || body[i] == '\t') {
            i++;
        }
        return body[i] == '}';
    }

    private void cap(List<Edit> edits, int outputCap, Route route) {
        boolean given = false;
        if (fields.maxCompletionTokens > 0) {
            given = true;
            lower(edits, fields.maxCompletionTokensAt, fields.maxCompletionTokens, outputCap);
        }
        if (fields.maxTokens > 0) {
            given = true;
            lower(edits, fields.maxTokensAt, fields.maxTokens, outputCap);
        }
        if (given) {
            return;
        }
        boolean newer = knowsOnlyTheNewerName(route.host());
        RequestFields.Place empty = newer ? fields.maxCompletionTokensAt : fields.maxTokensAt;
        if (empty.isPresent()) {
            edits.add(Edit.replace(empty, Integer.toString(outputCap)));
        } else {
            edits.add(member((newer ? "\"max_completion_tokens\":" : "\"max_tokens\":") + outputCap));
        }
    }

    /** OpenAI's reasoning models refuse the old name; many self-hosted servers know nothing else. */
    private static boolean knowsOnlyTheNewerName(String host) {
        return host.endsWith(".openai.com") || host.endsWith(".openai.azure.com");
    }

    private static void lower(List<Edit> edits, RequestFields.Place at, int asked, int outputCap) {
        if (asked > outputCap) {
            edits.add(Edit.replace(at, Integer.toString(outputCap)));
        }
    }

    /** The object is never empty, as it holds a model, so that a comma may stand in front. */
    private Edit member(String text) {
        int end = body.length - 1;
        while (body[end] != '}') {
            end--;
        }
        return new Edit(end, end, "," + text);
    }

    private byte[] spliced(List<Edit> edits) {
        Bytes out = new Bytes(body.length + 128);
        int done = 0;
        for (Edit edit : edits) {
            out.add(body, done, edit.start()).add(edit.text());
            done = edit.end();
        }
        return out.add(body, done, body.length).toArray();
    }

    @Override
    public Answer answer(Route route) {
        return operation == Operation.CHAT && fields.stream
                ? new ChatStream(route, model, fields.includeUsage, fields.choices)
                : new PlainAnswer(operation, route, model, fields.base64);
    }

    @Override
    public Failure upstreamFailure(Route route, int status, byte[] answer) {
        return UpstreamErrors.of(route, model, status, new String(answer, StandardCharsets.UTF_8));
    }

    @Override
    public byte[] error(Failure failure) {
        return OpenAiErrors.body(failure);
    }

    @Override
    public byte[] errorEvent(Failure failure) {
        return OpenAiErrors.event(failure);
    }

    @Override
    public Failure refusal(Opened.Refused refused) {
        return OpenAiErrors.refusal(refused, model);
    }

    private record Edit(int start, int end, String text) {
        static Edit replace(RequestFields.Place place, String text) {
            return new Edit(place.start(), place.end(), text);
        }
    }
}
