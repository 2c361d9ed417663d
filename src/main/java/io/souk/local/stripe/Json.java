package io.souk.local.stripe;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the documents; amounts stay exact. Keys that begin with an underscore are never shown to a caller. */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode parse(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    /** A row whose one column is a document. */
    static ObjectNode row(ResultSet row, int number) throws SQLException {
        return parse(row.getString(1));
    }

    static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** The text at a path such as {@code recurring.meter}; null where there is none. */
    static @Nullable String text(JsonNode node, String path) {
        JsonNode found = at(node, path);
        return found.isString() || found.isNumber() || found.isBoolean() ? found.asString() : null;
    }

    static Optional<String> find(JsonNode node, String path) {
        return Optional.ofNullable(text(node, path));
    }

    static String need(JsonNode node, String path) {
        return find(node, path).orElseThrow(() -> new IllegalStateException("a stored object lacks " + path));
    }

    /** The whole number at a path; 0 where there is none. */
    static long number(JsonNode node, String path) {
        return find(node, path).map(Long::parseLong).orElse(0L);
    }

    static boolean is(JsonNode node, String path, String expected) {
        return expected.equals(text(node, path));
    }

    static boolean flag(JsonNode node, String path) {
        return is(node, path, "true");
    }

    static List<ObjectNode> objects(JsonNode node, String path) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode each : at(node, path)) {
            if (each instanceof ObjectNode object) {
                found.add(object);
            }
        }
        return found;
    }

    static ObjectNode child(JsonNode node, String path) {
        return at(node, path) instanceof ObjectNode object ? object : object();
    }

    static ObjectNode list(String url, List<ObjectNode> data, boolean more) {
        ObjectNode list = object();
        list.put("object", "list");
        ArrayNode array = list.putArray("data");
        data.forEach(array::add);
        list.put("has_more", more);
        list.put("url", url);
        return list;
    }

    /** A plain decimal without trailing zeros, as Stripe writes one. */
    static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** A copy without what only the local Stripe knows. */
    static ObjectNode shown(ObjectNode document) {
        ObjectNode copy = document.deepCopy();
        strip(copy);
        return copy;
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.propertyNames().stream()
                    .filter(name -> name.startsWith("_"))
                    .toList()
                    .forEach(object::remove);
        }
        node.forEach(Json::strip);
    }

    private static JsonNode at(JsonNode node, String path) {
        JsonNode found = node;
        for (String name : path.split("\\.")) {
            found = found.path(name);
        }
        return found;
    }
}
