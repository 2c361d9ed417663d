package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.JsonPaths;
import io.souk.gateway.dialect.JsonScan;
import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.dialect.MalformedJson;
import io.souk.gateway.metering.ProviderUsage;
import io.souk.gateway.relay.Answer;
import io.souk.gateway.relay.AnswerText;
import io.souk.gateway.relay.BadAnswer;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Operation;
import io.souk.gateway.relay.Route;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An answer in one JSON document. It passes as it comes, but for the model's name and, where the backend sent the other
 * of the two, the form of the embeddings. No more of it is kept than the value that is being rewritten.
 */
final class PlainAnswer implements Answer, JsonScan.Sink {
    private static final int MODEL = UsageFields.COUNT;
    private static final int ERROR = MODEL + 1;
    private static final int RESULT = MODEL + 2;
    private static final int ERROR_MESSAGE = MODEL + 3;
    private static final int EMBEDDING = MODEL + 4;
    private static final int NUMBER = MODEL + 5;

    private static final JsonPaths CHAT = paths(
            "choices",
            "error.message",
            "choices[].message.content",
            "choices[].message.refusal",
            "choices[].message.reasoning_content",
            "choices[].message.reasoning",
            "choices[].message.tool_calls[].function.name",
            "choices[].message.tool_calls[].function.arguments");
    private static final JsonPaths FLOATS = paths("data", "error.message", "data[].embedding");
    private static final JsonPaths BASE64 = paths("data", "error.message", "data[].embedding", "data[].embedding[]");

    private static JsonPaths paths(String... more) {
        String[] all = Arrays.copyOf(UsageFields.PATHS, MODEL + 2 + more.length);
        all[MODEL] = "model";
        all[ERROR] = "error";
        System.arraycopy(more, 0, all, RESULT, more.length);
        return JsonPaths.of(all);
    }

    private static final byte[] NOTHING = {};

    private final Route route;
    private final String model;
    private final byte[] modelJson;
    private final boolean chat;
    private final boolean base64;
    private final JsonScan scan;
    private final UsageFields usage = new UsageFields();
    private final AnswerText text = new AnswerText();
    private final Bytes vector = new Bytes(0);

    private byte[] piece = NOTHING;
    private int pieceFrom;
    private long pieceStart;
    private long copied;
    private boolean holding;
    private Bytes out = new Bytes(0);
    private boolean hasResult;
    private @Nullable String errorMessage;

    PlainAnswer(Operation operation, Route route, String model, boolean base64) {
        this.route = route;
        this.model = model;
        this.modelJson = JsonText.quote(model).getBytes(StandardCharsets.UTF_8);
        this.chat = operation == Operation.CHAT;
        this.base64 = base64;
        this.scan = new JsonScan(chat ? CHAT : base64 ? BASE64 : FLOATS, this);
    }

    @Override
    public void take(byte[] bytes, int from, int to, Bytes into) {
        out = into;
        piece = bytes;
        pieceFrom = from;
        try {
            scan.feed(bytes, from, to);
        } catch (MalformedJson malformed) {
            throw garbage(malformed.getMessage());
        }
        long end = pieceStart + to - from;
        if (!holding) {
            copyUpTo(end);
        }
        pieceStart = end;
        piece = NOTHING;
    }

    @Override
    public void finish(Bytes to) {
        try {
            scan.finish();
        } catch (MalformedJson malformed) {
            throw garbage(malformed.getMessage());
        }
        if (!hasResult) {
            throw garbage("it holds no " + (chat ? "choices" : "data"));
        }
    }

    private static BadAnswer garbage(@Nullable String why) {
        return new BadAnswer(Failure.fault(
                502,
                "The model's backend sent something that is no answer to this call: " + why + ".",
                "backend_error"));
    }

    /** What was held since an earlier piece has nothing before it in this one. */
    private void copyUpTo(long position) {
        if (position > copied) {
            long shift = pieceFrom - pieceStart;
            out.add(piece, (int) (copied + shift), (int) (position + shift));
            copied = position;
        }
    }

    private void replace(long end) {
        copied = end;
        holding = false;
    }

    @Override
    public void begin(int path, long start) {
        byte kind = scan.kind();
        if (path == 0 && kind == '{') {
            usage.begin();
        } else if (path == RESULT) {
            hasResult = kind == '[';
        } else if (path == MODEL && kind == '"' || path == EMBEDDING && !chat && (base64 ? kind == '[' : kind == '"')) {
            copyUpTo(start);
            holding = true;
            vector.clear();
        } else if (path == NUMBER && !chat && kind != '0') {
            throw garbage("an embedding holds something that is no number");
        }
    }

    @Override
    public void scalar(int path, long start, long end) {
        byte kind = scan.kind();
        if (path > 0 && path < MODEL) {
            usage.number(path, kind, scan.raw());
        } else if (path == MODEL && kind == '"') {
            out.add(modelJson);
            replace(end);
        } else if (path == ERROR && kind != 'n') {
            throw error(kind == '"' ? JsonText.unquote(scan.raw()) : null);
        } else if (path == ERROR_MESSAGE && kind == '"' && !scan.isTruncated()) {
            errorMessage = JsonText.unquote(scan.raw());
        } else if (chat && path > ERROR_MESSAGE && kind == '"' && !scan.isTruncated()) {
            text.add(scan.raw());
        } else if (!chat && path == NUMBER) {
            addNumber();
        } else if (!chat && path == EMBEDDING && kind == '"' && !base64) {
            addFloats();
            replace(end);
        }
    }

    @Override
    public void end(int path, long start, long end) {
        if (path == 0) {
            usage.end();
        } else if (path == ERROR) {
            throw error(errorMessage);
        } else if (path == EMBEDDING && holding) {
            out.add('"').add(Base64.getEncoder().encode(vector.toArray())).add('"');
            replace(end);
        }
    }

    private BadAnswer error(@Nullable String message) {
        String body = "{\"error\":" + (message == null ? "\"\"" : JsonText.quote(message)) + "}";
        return new BadAnswer(UpstreamErrors.inside(route, model, body));
    }

    /** OpenAI's base64 is of little-endian IEEE 754 single precision. */
    private void addNumber() {
        int bits = Float.floatToRawIntBits(Float.parseFloat(scan.raw().toString()));
        vector.add(bits).add(bits >> 8).add(bits >> 16).add(bits >> 24);
    }

    private void addFloats() {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(JsonText.unquote(scan.raw()));
        } catch (IllegalArgumentException notBase64) {
            throw garbage("an embedding is no base64");
        }
        if (scan.isTruncated() || bytes.length % Float.BYTES != 0) {
            throw garbage("an embedding is no row of 4-byte numbers");
        }
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.add('[');
        for (String comma = ""; floats.hasRemaining(); comma = ",") {
            float value = floats.getFloat();
            if (!Float.isFinite(value)) {
                throw garbage("an embedding holds a number that is not finite");
            }
            out.add(comma).add(Float.toString(value));
        }
        out.add(']');
    }

    @Override
    public boolean isComplete() {
        return false;
    }

    @Override
    public @Nullable ProviderUsage usage() {
        return usage.usage();
    }

    @Override
    public AnswerText text() {
        return text;
    }

    @Override
    public void beforeEnd(ProviderUsage charged, Bytes to) {}

    @Override
    public void end(Bytes to) {}

    /** Its worst case was held before it began, so there is never a reason to. */
    @Override
    public void stop(ProviderUsage charged, Bytes to) {
        throw new IllegalStateException("an answer in one piece cannot be ended early");
    }
}
