package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.JsonPaths;
import io.souk.gateway.dialect.JsonScan;
import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.dialect.MalformedJson;
import io.souk.gateway.dialect.Utf8;
import io.souk.gateway.relay.Operation;
import org.jspecify.annotations.Nullable;

/** The fields of a request that the gateway acts on, and where they stand. Everything else is only checked for grammar. */
final class RequestFields implements JsonScan.Sink {
    static final int MAX_CHOICES = 128;
    private static final int MAX_MODEL = 256;

    private static final String[] NAMES = {
        "model",
        "stream",
        "stream_options",
        "stream_options.include_usage",
        "max_tokens",
        "max_completion_tokens",
        "n",
        "encoding_format",
        "messages",
        "input",
        "messages[].content[].type"
    };
    private static final int MODEL = 0;
    private static final int STREAM = 1;
    private static final int STREAM_OPTIONS = 2;
    private static final int INCLUDE_USAGE = 3;
    private static final int MAX_TOKENS = 4;
    private static final int MAX_COMPLETION_TOKENS = 5;
    private static final int N = 6;
    private static final int ENCODING_FORMAT = 7;
    private static final int MESSAGES = 8;
    private static final int INPUT = 9;
    private static final int PART_TYPE = 10;

    private static final JsonPaths PATHS = JsonPaths.guarding(NAMES);

    /** A value's place in the body; absent when {@code end} is 0. */
    record Place(int start, int end) {
        static final Place ABSENT = new Place(0, 0);

        boolean isPresent() {
            return end > 0;
        }
    }

    private final JsonScan scan = new JsonScan(PATHS, this);
    private int seen;
    private byte messagesKind;
    private byte inputKind;

    @Nullable
    String model;

    Place modelAt = Place.ABSENT;
    boolean stream;
    Place streamOptionsAt = Place.ABSENT;
    boolean streamOptionsIsObject;
    boolean includeUsage;
    Place includeUsageAt = Place.ABSENT;
    int maxTokens;
    Place maxTokensAt = Place.ABSENT;
    int maxCompletionTokens;
    Place maxCompletionTokensAt = Place.ABSENT;
    int choices = 1;
    boolean base64;
    int otherThanText;

    /** Reads the body. @throws BadRequest in the caller's own terms */
    static RequestFields read(byte[] body, Operation operation) {
        int wrong = Utf8.firstInvalid(body, body.length);
        if (wrong >= 0) {
            throw new BadRequest("The body is not text in UTF-8: see byte " + wrong + ".", null, null);
        }
        RequestFields fields = new RequestFields();
        try {
            fields.scan.feed(body, 0, body.length);
            fields.scan.finish();
        } catch (MalformedJson malformed) {
            throw new BadRequest("The body is not a JSON object: " + malformed.getMessage() + ".", null, null);
        }
        fields.check(operation);
        return fields;
    }

    private void check(Operation operation) {
        if (model == null) {
            throw new BadRequest("The field model is missing: it names the model to call.", "model", null);
        }
        if (operation == Operation.CHAT) {
            needed(messagesKind == '[', messagesKind, "messages", "an array of messages");
        } else {
            needed(inputKind == '"' || inputKind == '[', inputKind, "input", "a string or an array");
            stream = false;
            choices = 1;
            maxTokens = 0;
            maxCompletionTokens = 0;
        }
    }

    private static void needed(boolean right, byte kind, String name, String what) {
        if (!right) {
            throw new BadRequest(
                    "The field " + name + (kind == 0 ? " is missing" : " has the wrong type") + ": it must be " + what
                            + ".",
                    name,
                    null);
        }
    }

    @Override
    public void begin(int path, long start) {
        if (path == PART_TYPE) {
            return;
        }
        if (!scan.keyIsPlain()) {
            throw new BadRequest(
                    "A key means " + NAMES[path] + " but is not written so: write it in plain lower case letters.",
                    NAMES[path],
                    null);
        }
        if ((seen & 1 << path) != 0) {
            throw new BadRequest("The field " + NAMES[path] + " is given twice.", NAMES[path], null);
        }
        seen |= 1 << path;
        byte kind = scan.kind();
        switch (path) {
            case MESSAGES -> messagesKind = kind;
            case INPUT -> inputKind = kind;
            case STREAM_OPTIONS -> typed(kind == '{' || kind == 'n', path, "an object");
            case MODEL -> typed(kind == '"', path, "a string");
            case STREAM, INCLUDE_USAGE -> typed(kind == 't' || kind == 'f' || kind == 'n', path, "true or false");
            case ENCODING_FORMAT -> typed(kind == '"' || kind == 'n', path, "\"float\" or \"base64\"");
            default -> typed(kind == '0' || kind == 'n', path, "a whole number");
        }
    }

    private static void typed(boolean right, int path, String what) {
        if (!right) {
            throw new BadRequest("The field " + NAMES[path] + " must be " + what + ".", NAMES[path], null);
        }
    }

    @Override
    public void end(int path, long start, long end) {
        if (path == STREAM_OPTIONS) {
            streamOptionsAt = place(start, end);
            streamOptionsIsObject = true;
        }
    }

    @Override
    public void scalar(int path, long start, long end) {
        Place at = place(start, end);
        byte kind = scan.kind();
        switch (path) {
            case MODEL -> {
                modelAt = at;
                model = JsonText.unquote(scan.raw());
                typed(!model.isBlank() && model.length() <= MAX_MODEL, path, "1 to " + MAX_MODEL + " characters");
            }
            case STREAM -> stream = kind == 't';
            case STREAM_OPTIONS -> streamOptionsAt = at;
            case INCLUDE_USAGE -> {
                includeUsage = kind == 't';
                includeUsageAt = at;
            }
            case MAX_TOKENS -> {
                maxTokens = whole(path, kind, Integer.MAX_VALUE, 0);
                maxTokensAt = at;
            }
            case MAX_COMPLETION_TOKENS -> {
                maxCompletionTokens = whole(path, kind, Integer.MAX_VALUE, 0);
                maxCompletionTokensAt = at;
            }
            case N -> choices = whole(path, kind, MAX_CHOICES, 1);
            case ENCODING_FORMAT -> {
                String format = kind == 'n' ? "float" : JsonText.unquote(scan.raw());
                base64 = format.equals("base64");
                typed(base64 || format.equals("float"), path, "\"float\" or \"base64\"");
            }
            case PART_TYPE -> otherThanText += scan.raw().toString().equals("\"text\"") ? 0 : 1;
            default -> {}
        }
    }

    private int whole(int path, byte kind, int max, int absent) {
        if (kind == 'n') {
            return absent;
        }
        String text = scan.raw().toString();
        boolean right = text.length() <= 10 && text.chars().allMatch(Character::isDigit);
        long value = right ? Long.parseLong(text) : 0;
        typed(value >= 1 && value <= max, path, "a whole number from 1 to " + max);
        return (int) value;
    }

    private static Place place(long start, long end) {
        return new Place((int) start, (int) end);
    }
}
