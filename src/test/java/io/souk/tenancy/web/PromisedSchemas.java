package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the management API's document promises of answers. */
record PromisedSchemas(JsonNode document) {
    /** The schema of the answer with this status. */
    JsonNode promised(String method, String asked, int status) {
        return document.path("paths")
                .propertyStream()
                .filter(known -> asked.matches(known.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
                .map(known -> known.getValue()
                        .path(method.toLowerCase(Locale.ROOT))
                        .path("responses")
                        .path(Integer.toString(status))
                        .path("content")
                        .path("application/json")
                        .path("schema"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no schema for " + method + " " + asked + " " + status));
    }

    private JsonNode named(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : document.path("components").path("schemas").path(reference.substring(reference.lastIndexOf('/') + 1));
    }

    static boolean allows(JsonNode schema, String type) {
        JsonNode types = schema.path("type");
        return types.isArray()
                ? types.valueStream().anyMatch(one -> one.asString().equals(type))
                : types.asString("").equals(type);
    }

    /** Holds an answer beside its schema: nulls only where they are declared, all members known, the required ones there. */
    void fits(JsonNode value, JsonNode declared, String where) {
        List<JsonNode> ways = named(declared).path("anyOf").isArray()
                ? named(declared).path("anyOf").valueStream().map(this::named).toList()
                : List.of(named(declared));
        if (value.isNull()) {
            assertThat(ways).as(where + " may be null").anyMatch(way -> allows(way, "null"));
            return;
        }
        JsonNode schema = ways.stream()
                .filter(way -> !way.path("type").asString("").equals("null"))
                .findFirst()
                .orElseThrow();
        if (value.isArray()) {
            value.valueStream().forEach(one -> fits(one, schema.path("items"), where + "[]"));
        } else if (value.isObject()) {
            schema.path("required")
                    .valueStream()
                    .forEach(member -> assertThat(value.has(member.asString()))
                            .as(where + "." + member.asString() + " is there")
                            .isTrue());
            value.propertyStream().forEach(member -> {
                JsonNode own = schema.path("properties").path(member.getKey());
                JsonNode one = own.isMissingNode() ? schema.path("additionalProperties") : own;
                assertThat(one.isObject())
                        .as(where + "." + member.getKey() + " is declared")
                        .isTrue();
                fits(member.getValue(), one, where + "." + member.getKey());
            });
        } else {
            String type = value.isString() ? "string" : value.isBoolean() ? "boolean" : "integer";
            assertThat(allows(schema, type)).as(where + " is of type " + type).isTrue();
        }
    }

    /** The members of a schema that may be null. */
    List<String> nullable(String name) {
        return document.path("components")
                .path("schemas")
                .path(name)
                .path("properties")
                .propertyStream()
                .filter(member -> allows(member.getValue(), "null")
                        || member.getValue().path("anyOf").valueStream().anyMatch(way -> allows(way, "null")))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The members of a schema that are always there. */
    List<String> required(String name) {
        return document.path("components")
                .path("schemas")
                .path(name)
                .path("required")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }
}
