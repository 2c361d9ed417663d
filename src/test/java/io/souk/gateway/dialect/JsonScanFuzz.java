package io.souk.gateway.dialect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Any bytes: the scan tells the same wherever they are cut, and takes what Jackson takes. The first byte says where. */
public final class JsonScanFuzz {
    private static final JsonPaths PATHS =
            JsonPaths.of("model", "usage", "usage.prompt_tokens", "choices[]", "choices[].delta.content", "list[][]");
    private static final JsonMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(JsonScan.MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonScanFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] document = Arrays.copyOfRange(data, 1, data.length);
        Told whole = told(document, document.length);
        Told cut = told(document, 1 + (data[0] & 0xff) % document.length);
        Told bytewise = told(document, 1);
        if (!whole.equals(cut) || !whole.equals(bytewise)) {
            throw new AssertionError("cut elsewhere it tells:\n" + cut + "\nor " + bytewise + "\ninstead of\n" + whole);
        }
        if (Utf8.firstInvalid(document, document.length) < 0) {
            if (whole.taken != isObject(document)) {
                throw new AssertionError((whole.taken ? "takes" : "refuses") + " what Jackson does not: "
                        + new String(document, StandardCharsets.UTF_8) + "\n" + whole);
            }
        }
    }

    private record Told(boolean taken, List<String> values) {}

    private static Told told(byte[] document, int step) {
        List<String> told = new ArrayList<>();
        JsonScan[] scan = new JsonScan[1];
        scan[0] = new JsonScan(PATHS, new JsonScan.Sink() {
            @Override
            public void begin(int path, long start) {
                told.add("begin " + path + " " + scan[0].kind() + " at " + start + " " + scan[0].keyIsPlain());
            }

            @Override
            public void scalar(int path, long start, long end) {
                told.add("scalar " + path + " " + scan[0].raw() + " " + start + "-" + end);
            }

            @Override
            public void end(int path, long start, long end) {
                told.add("end " + path + " " + start + "-" + end);
            }
        });
        try {
            for (int from = 0; from < document.length; from += step) {
                scan[0].feed(document, from, Math.min(document.length, from + step));
            }
            scan[0].finish();
            return new Told(true, told);
        } catch (MalformedJson malformed) {
            return new Told(false, told);
        }
    }

    private static boolean isObject(byte[] document) {
        try {
            return JACKSON.readTree(document).isObject() && !startsWithMark(document);
        } catch (JacksonException notJson) {
            return false;
        }
    }

    // Jackson passes over a byte order mark and RFC 8259 allows to refuse it
    private static boolean startsWithMark(byte[] document) {
        return document.length > 2 && document[0] == (byte) 0xef && document[1] == (byte) 0xbb;
    }
}
