package io.souk.models.http;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the bodies of this server: bounded depth, no key twice, nothing behind the value. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** The body as an object; anything else is refused. */
    static ObjectNode object(byte[] body) {
        try {
            if (MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw Refusal.invalid(
                    null,
                    "invalid_json",
                    "The body is not valid JSON"
                            + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
                            + ": " + e.getOriginalMessage());
        }
        throw Refusal.invalid(null, "invalid_json", "The body must be a JSON object.");
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** What the writer writes, without a tree in between. */
    static byte[] written(Consumer<JsonGenerator> writer) {
        var bytes = new ByteArrayOutputStream();
        try (var out = MAPPER.createGenerator(bytes)) {
            writer.accept(out);
        }
        return bytes.toByteArray();
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** The field as a whole number in a range, or the default when it is absent or null. */
    static int number(ObjectNode from, String field, String param, int least, int most, int otherwise) {
        var node = from.get(field);
        if (node == null || node.isNull()) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw Refusal.invalid(param, "invalid_type", "'" + param + "' must be a whole number.");
        }
        var value = node.intValue();
        if (value < least || value > most) {
            throw Refusal.invalid(
                    param, "invalid_value", "'" + param + "' must be " + range(least, most) + ", not " + value + ".");
        }
        return value;
    }

    private static String range(int least, int most) {
        if (most == Integer.MAX_VALUE) {
            return "at least " + least;
        }
        return least == most ? Integer.toString(most) : "from " + least + " to " + most;
    }

    /** The field as true or false; false when it is absent or null. */
    static boolean flag(ObjectNode from, String field, String param) {
        var node = from.get(field);
        if (node == null || node.isNull()) {
            return false;
        }
        if (!node.isBoolean()) {
            throw Refusal.invalid(param, "invalid_type", "'" + param + "' must be true or false.");
        }
        return node.booleanValue();
    }

    /** The field as an object, or an empty one when it is absent or null. */
    static ObjectNode objectIn(ObjectNode from, String field) {
        var node = from.get(field);
        if (node == null || node.isNull()) {
            return object();
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw Refusal.invalid(field, "invalid_type", "'" + field + "' must be an object.");
    }

    /** The field as a string that has to be there. */
    static String text(ObjectNode from, String field) {
        var node = from.get(field);
        if (node == null || node.isNull()) {
            throw Refusal.invalid(field, "missing_required_parameter", "'" + field + "' is missing.");
        }
        if (!node.isString()) {
            throw Refusal.invalid(field, "invalid_type", "'" + field + "' must be a string.");
        }
        return node.stringValue();
    }
}
