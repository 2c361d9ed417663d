package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Bytes;
import io.souk.gateway.dialect.JsonPaths;
import io.souk.gateway.dialect.JsonScan;
import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.dialect.MalformedJson;
import io.souk.gateway.dialect.SseScan;
import io.souk.gateway.metering.ProviderUsage;
import io.souk.gateway.relay.Answer;
import io.souk.gateway.relay.AnswerText;
import io.souk.gateway.relay.BadAnswer;
import io.souk.gateway.relay.Failure;
import io.souk.gateway.relay.Route;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A chat answer as an event stream. Each chunk passes as it came, but for the model's name; usage that the caller did
 * not ask for is taken out, usage that it asked for comes last; {@code [DONE]} is kept back for {@link #end}.
 */
final class ChatStream implements Answer, SseScan.Sink, JsonScan.Sink {
    private static final int MAX_EVENT = 4 << 20;
    private static final int NOWHERE = Integer.MAX_VALUE;
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final int MODEL = UsageFields.COUNT;
    private static final int ERROR = MODEL + 1;
    private static final int CHOICES = MODEL + 2;
    private static final int CHOICE = MODEL + 3;
    private static final int FINISH_REASON = MODEL + 4;
    private static final int ID = MODEL + 5;
    private static final int CREATED = MODEL + 6;
    private static final int INDEX = MODEL + 7;
    private static final JsonPaths PATHS = paths(
            "model",
            "error",
            "choices",
            "choices[]",
            "choices[].finish_reason",
            "id",
            "created",
            "choices[].index",
            "choices[].delta.content",
            "choices[].delta.refusal",
            "choices[].delta.reasoning_content",
            "choices[].delta.reasoning",
            "choices[].delta.tool_calls[].function.name",
            "choices[].delta.tool_calls[].function.arguments");

    private static JsonPaths paths(String... more) {
        String[] all = Arrays.copyOf(UsageFields.PATHS, UsageFields.PATHS.length + more.length);
        System.arraycopy(more, 0, all, UsageFields.PATHS.length, more.length);
        return JsonPaths.of(all);
    }

    private final Route route;
    private final byte[] model;
    private final boolean usageWanted;
    private final int choices;
    private final BitSet finishedChoices = new BitSet();
    private final SseScan events = new SseScan(this, MAX_EVENT);
    private final JsonScan scan = new JsonScan(PATHS, this);
    private final UsageFields usage = new UsageFields();
    private final AnswerText text = new AnswerText();

    private Bytes out = new Bytes(0);
    private @Nullable Bytes heldUsage;
    private String id = "\"chatcmpl-souk\"";
    private String created = "0";
    private boolean endsWithUsage;
    private boolean finished;
    private boolean done;

    // of the present event
    private int modelStart;
    private int modelEnd;
    private int usageStart;
    private int usageEnd;
    private boolean hasUsage;
    private int errorStart;
    private int errorEnd;
    private boolean isError;
    private boolean hasChoices;
    private boolean hasChoice;
    private int choice;
    private boolean choiceFinished;

    /** @param choices how many answers were asked for */
    ChatStream(Route route, String model, boolean usageWanted, int choices) {
        this.choices = choices;
        this.route = route;
        this.model = JsonText.quote(model).getBytes(StandardCharsets.UTF_8);
        this.usageWanted = usageWanted;
    }

    @Override
    public void take(byte[] bytes, int from, int to, Bytes into) {
        out = into;
        try {
            events.feed(bytes, from, to);
        } catch (MalformedJson malformed) {
            throw garbage(malformed);
        }
    }

    @Override
    public void finish(Bytes to) {
        out = to;
        try {
            events.finish();
        } catch (MalformedJson malformed) {
            throw garbage(malformed);
        }
        if (!done && !finished) {
            throw new BadAnswer(
                    Failure.fault(502, "The model's backend broke off its answer. Try again.", "backend_broke_off"));
        }
    }

    private static BadAnswer garbage(MalformedJson malformed) {
        return new BadAnswer(Failure.fault(
                502,
                "The model's backend sent something that is no event of a chat stream: " + malformed.getMessage() + ".",
                "backend_error"));
    }

    @Override
    public void comment() {
        if (!done) {
            out.add(COMMENT);
        }
    }

    @Override
    public void event(byte[] bytes, int from, int to) {
        if (done || from == to) {
            return;
        }
        if (Arrays.equals(bytes, from, to, DONE, 0, DONE.length)) {
            done = true;
            return;
        }
        modelEnd = usageEnd = errorEnd = 0;
        hasUsage = isError = hasChoices = hasChoice = false;
        scan.reset();
        scan.feed(bytes, from, to);
        scan.finish();
        if (isError) {
            String said = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            throw new BadAnswer(UpstreamErrors.inside(route, modelName(), said));
        }
        boolean onlyUsage = hasUsage && hasChoices && !hasChoice;
        if (onlyUsage && !usageWanted) {
            return;
        }
        if (onlyUsage) {
            heldUsage = new Bytes(to - from + 32);
            relay(bytes, from, to, heldUsage);
        } else {
            endsWithUsage = hasUsage;
            relay(bytes, from, to, out);
        }
        text.mark(out.length());
    }

    private String modelName() {
        return JsonText.decode(model, 1, model.length - 1);
    }

    /** @param base where the event begins: all places count from there */
    private void relay(byte[] bytes, int base, int end, Bytes to) {
        to.add(DATA);
        int from = 0;
        if (usageWanted) {
            usageEnd = 0;
        }
        while (true) {
            int start = Math.min(at(modelStart, modelEnd, from), at(usageStart, usageEnd, from));
            start = Math.min(start, at(errorStart, errorEnd, from));
            if (start == NOWHERE) {
                break;
            }
            if (start == at(modelStart, modelEnd, from)) {
                addLines(to, bytes, base + from, base + start);
                to.add(model);
                from = modelEnd;
            } else {
                // where a first member went before, its comma went too
                int begin = Math.max(start, from);
                addLines(to, bytes, base + from, base + begin);
                int gone = start == at(usageStart, usageEnd, from) ? usageEnd : errorEnd;
                from = afterMember(bytes, base + begin, base + gone) - base;
            }
        }
        addLines(to, bytes, base + from, end);
        to.add(END);
    }

    private static int at(int start, int end, int from) {
        return end > from ? start : NOWHERE;
    }

    /** A first member takes the comma behind it along; any other began at the comma before it. */
    private static int afterMember(byte[] bytes, int start, int end) {
        if (bytes[start] == ',') {
            return end;
        }
        int i = end;
        while (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\t' || bytes[i] == '\r') {
            i++;
        }
        return bytes[i] == ',' ? i + 1 : end;
    }

    /** A line feed inside an event's data must begin a data line again. */
    private static void addLines(Bytes to, byte[] bytes, int from, int until) {
        int start = from;
        for (int i = from; i < until; i++) {
            if (bytes[i] == '\n') {
                to.add(bytes, start, i + 1).add(DATA);
                start = i + 1;
            }
        }
        to.add(bytes, start, until);
    }

    @Override
    public void begin(int path, long start) {
        switch (path) {
            case 0 -> {
                if (scan.kind() == '{') {
                    usage.begin();
                }
                usageStart = (int) scan.memberStart();
            }
            case ERROR -> errorStart = (int) scan.memberStart();
            case CHOICES -> hasChoices = true;
            case CHOICE -> {
                hasChoice = true;
                choice = 0;
                choiceFinished = false;
            }
            default -> {}
        }
    }

    @Override
    public void scalar(int path, long start, long end) {
        byte kind = scan.kind();
        switch (path) {
            case 0 -> usageEnd = (int) end;
            case MODEL -> {
                modelStart = (int) start;
                modelEnd = (int) end;
            }
            case ERROR -> {
                isError = kind != 'n';
                errorEnd = (int) end;
            }
            case FINISH_REASON -> {
                choiceFinished = kind == '"';
                finished |= choiceFinished;
            }
            case INDEX -> choice = kind == '0' ? number(scan.raw()) : 0;
            case ID -> id = kind == '"' ? scan.raw().toString() : id;
            case CREATED -> created = kind == '0' ? scan.raw().toString() : created;
            default -> {
                if (path < MODEL) {
                    usage.number(path, kind, scan.raw());
                } else if (path > INDEX && kind == '"' && !scan.isTruncated()) {
                    text.add(scan.raw());
                }
            }
        }
    }

    @Override
    public void end(int path, long start, long end) {
        if (path == 0) {
            usage.end();
            hasUsage = true;
            usageEnd = (int) end;
        } else if (path == ERROR) {
            isError = true;
        } else if (path == CHOICE && choiceFinished) {
            finishedChoices.set(choice);
        }
    }

    /** The index of a choice; what is none of those that were asked for counts as the first. */
    private int number(Bytes raw) {
        int value = 0;
        for (int i = 0; i < raw.length(); i++) {
            int digit = raw.array()[i] - '0';
            if (digit < 0 || digit > 9 || value >= choices) {
                return 0;
            }
            value = value * 10 + digit;
        }
        return value < choices ? value : 0;
    }

    @Override
    public boolean isComplete() {
        return done;
    }

    @Override
    public @Nullable ProviderUsage usage() {
        return usage.usage();
    }

    @Override
    public AnswerText text() {
        return text;
    }

    /** Where the backend's figures are not what is charged, the charged ones come last, and SDKs go by the last. */
    @Override
    public void beforeEnd(ProviderUsage charged, Bytes to) {
        boolean isCharged = charged.equals(usage.usage());
        if (heldUsage != null && isCharged) {
            to.add(heldUsage.array(), 0, heldUsage.length());
        } else if (usageWanted && !(endsWithUsage && isCharged)) {
            addUsage(charged, to);
        }
    }

    private Bytes beginChunk(Bytes to) {
        return to.add(DATA)
                .add("{\"id\":" + id + ",\"object\":\"chat.completion.chunk\",\"created\":" + created + ",\"model\":")
                .add(model);
    }

    private void addUsage(ProviderUsage charged, Bytes to) {
        beginChunk(to)
                .add(",\"choices\":[],\"usage\":{\"prompt_tokens\":" + charged.prompt() + ",\"completion_tokens\":"
                        + charged.completion() + ",\"total_tokens\":" + (charged.prompt() + charged.completion())
                        + "}}")
                .add(END);
    }

    /** The dialect has no word for an account that is empty: the finish reason is the one that SDKs take for a limit. */
    @Override
    public void stop(ProviderUsage charged, Bytes to) {
        String comma = "";
        beginChunk(to).add(",\"souk_reason\":\"credit_exhausted\",\"choices\":[");
        for (int i = 0; i < choices; i++) {
            if (!finishedChoices.get(i)) {
                to.add(comma + "{\"index\":" + i + ",\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}");
                comma = ",";
            }
        }
        to.add("]}").add(END);
        if (usageWanted) {
            addUsage(charged, to);
        }
        to.add(DONE_EVENT);
    }

    @Override
    public void end(Bytes to) {
        to.add(DONE_EVENT);
    }
}
