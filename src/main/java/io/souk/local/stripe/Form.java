package io.souk.local.stripe;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters of a call: {@code items[0][price]=…&metadata[order]=…} read into a tree whose leaves are texts. An empty
 * text means "unset this", as Stripe has it.
 */
record Form(ObjectNode tree) {
    private static final int MOST_PARAMETERS = 2_000;
    private static final int DEEPEST = 12;

    static Form parse(String encoded) {
        ObjectNode tree = Json.object();
        int count = 0;
        for (String pair : encoded.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > MOST_PARAMETERS) {
                throw Refusal.invalid(null, "Too many parameters.", null);
            }
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            put(tree, segments(key), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return new Form((ObjectNode) arrays(tree));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(null, "Invalid request: a parameter is not correctly percent-encoded.", null);
        }
    }

    private static List<String> segments(String key) {
        List<String> segments = new ArrayList<>();
        int open = key.indexOf('[');
        segments.add(open < 0 ? key : key.substring(0, open));
        while (open >= 0) {
            int close = key.indexOf(']', open);
            if (close < 0 || segments.size() > DEEPEST) {
                throw Refusal.invalid("parameter_unknown", "Received unknown parameter: " + key, key);
            }
            segments.add(key.substring(open + 1, close));
            open = key.indexOf('[', close);
        }
        return segments;
    }

    private static void put(ObjectNode tree, List<String> segments, String value) {
        ObjectNode node = tree;
        for (int i = 0; i < segments.size() - 1; i++) {
            String name = name(node, segments.get(i));
            if (!(node.path(name) instanceof ObjectNode)) {
                node.putObject(name);
            }
            node = (ObjectNode) node.path(name);
        }
        node.put(name(node, segments.getLast()), value);
    }

    private static String name(ObjectNode node, String segment) {
        return segment.isEmpty() ? Integer.toString(node.size()) : segment;
    }

    private static JsonNode arrays(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        List<String> names = List.copyOf(object.propertyNames());
        boolean array = !names.isEmpty() && names.stream().allMatch(name -> name.matches("[0-9]{1,4}"));
        if (array) {
            ArrayNode list = Json.MAPPER.createArrayNode();
            names.stream()
                    .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                    .forEach(name -> list.add(arrays(object.path(name))));
            return list;
        }
        names.forEach(name -> object.set(name, arrays(object.path(name))));
        return object;
    }

    boolean has(String path) {
        JsonNode node = tree;
        for (String name : path.split("\\.")) {
            node = node.path(name);
        }
        return !node.isMissingNode();
    }

    /** The text at a path; empty where it is absent or unset. */
    Optional<String> text(String path) {
        return Json.find(tree, path).filter(value -> !value.isEmpty());
    }

    String need(String path) {
        return text(path).orElseThrow(() -> Refusal.parameterMissing(bracketed(path)));
    }

    Optional<Long> number(String path) {
        return text(path).map(value -> {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw Refusal.invalid("parameter_invalid_integer", "Invalid integer: " + value, bracketed(path));
            }
        });
    }

    Optional<BigDecimal> decimal(String path) {
        return text(path).map(value -> {
            if (!value.matches("-?[0-9]{1,30}(\\.[0-9]{1,40})?")) {
                throw Refusal.invalid("parameter_invalid_decimal", "Invalid decimal: " + value, bracketed(path));
            }
            return new BigDecimal(value);
        });
    }

    boolean flag(String path) {
        return text(path).map("true"::equals).orElse(false);
    }

    List<Form> forms(String path) {
        return Json.objects(tree, path).stream().map(Form::new).toList();
    }

    List<String> texts(String path) {
        List<String> texts = new ArrayList<>();
        JsonNode node = tree;
        for (String name : path.split("\\.")) {
            node = node.path(name);
        }
        if (node instanceof ArrayNode array) {
            array.forEach(each -> texts.add(each.asString()));
        }
        return texts;
    }

    /** Copies named parameters onto a document; an empty one becomes null. */
    void copy(ObjectNode document, String... names) {
        for (String name : names) {
            if (!tree.has(name)) {
                continue;
            }
            JsonNode value = tree.path(name);
            if (value.isString() && value.asString().isEmpty()) {
                document.putNull(name);
            } else {
                document.set(name, value.deepCopy());
            }
        }
    }

    void copyNumbers(ObjectNode document, String... names) {
        for (String name : names) {
            number(name).ifPresent(value -> document.put(name, value));
        }
    }

    void copyFlags(ObjectNode document, String... names) {
        for (String name : names) {
            if (tree.has(name)) {
                document.put(name, flag(name));
            }
        }
    }

    /** Merges {@code metadata} as Stripe does: an empty value removes its key, an empty text removes all. */
    void mergeMetadata(ObjectNode document) {
        mergeMetadata(document, "metadata");
    }

    void mergeMetadata(ObjectNode document, String path) {
        if (!has(path)) {
            return;
        }
        ObjectNode metadata =
                document.path("metadata") instanceof ObjectNode kept ? kept : document.putObject("metadata");
        JsonNode given = tree;
        for (String name : path.split("\\.")) {
            given = given.path(name);
        }
        if (given instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                metadata.put(Integer.toString(i), array.path(i).asString());
            }
        } else if (given instanceof ObjectNode object) {
            object.properties().forEach(entry -> {
                if (entry.getValue().asString().isEmpty()) {
                    metadata.remove(entry.getKey());
                } else {
                    metadata.put(entry.getKey(), entry.getValue().asString());
                }
            });
        } else {
            metadata.removeAll();
        }
    }

    private static String bracketed(String path) {
        String[] names = path.split("\\.");
        StringBuilder text = new StringBuilder(names[0]);
        for (int i = 1; i < names.length; i++) {
            text.append('[').append(names[i]).append(']');
        }
        return text.toString();
    }
}
