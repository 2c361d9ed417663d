package io.souk.local.stripe;

import com.stripe.model.EventDataClassLookup;
import com.stripe.model.StripeCollection;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a body could have come from Stripe: each key must be a field of stripe-java's class for the object, each value of
 * that field's type. What a class cannot say (a union, free-form data) is not looked into.
 */
final class Conformance {
    private Conformance() {}

    /** What is wrong with an answer's body; empty when nothing is. */
    static List<String> problems(String body) {
        List<String> problems = new ArrayList<>();
        JsonNode node = Json.MAPPER.readTree(body);
        if (node.has("error")) {
            check(node.path("error"), com.stripe.model.StripeError.class, "error", problems);
        } else {
            object(node, "", problems);
        }
        return problems;
    }

    private static void object(JsonNode node, String path, List<String> problems) {
        String name = node.path("object").asString("");
        if (name.equals("list")) {
            for (String key : node.propertyNames()) {
                if (!List.of("object", "data", "has_more", "url").contains(key)) {
                    problems.add(path + "." + key + " is no field of a list");
                }
            }
            for (JsonNode each : node.path("data")) {
                object(each, path + ".data", problems);
            }
            return;
        }
        if (node.path("deleted").asBoolean(false)) {
            return;
        }
        Class<?> model = name.equals("item")
                ? com.stripe.model.LineItem.class
                : name.equals("line_item")
                        ? com.stripe.model.InvoiceLineItem.class
                        : EventDataClassLookup.classLookup.get(name);
        if (model == null) {
            problems.add(path + " is of the unknown type '" + name + "'");
            return;
        }
        check(node, model, path + "/" + name, problems);
    }

    private static void check(JsonNode node, Class<?> model, String path, List<String> problems) {
        Map<String, Field> fields = fields(model);
        ((ObjectNode) node).properties().forEach(entry -> {
            String where = path + "." + entry.getKey();
            Field field = fields.get(entry.getKey());
            if (field == null) {
                problems.add(where + " is no field of " + model.getSimpleName());
            } else if (!entry.getValue().isNull()) {
                value(entry.getValue(), field.getGenericType(), where, problems);
            }
        });
    }

    private static void value(JsonNode node, Type type, String where, List<String> problems) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type argument = generic.getActualTypeArguments()[0];
            if (raw == List.class) {
                expect(node.isArray(), where, "an array", problems);
                node.forEach(each -> value(each, argument, where + "[]", problems));
            } else if (raw.getSimpleName().equals("ExpandableField")) {
                if (!node.isString()) {
                    object(node, where, problems);
                }
            } else {
                expect(node.isObject(), where, "an object", problems);
            }
            return;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            expect(node.isString(), where, "a text", problems);
        } else if (plain == Long.class || plain == Integer.class) {
            expect(node.isIntegralNumber(), where, "a whole number", problems);
        } else if (plain == Boolean.class) {
            expect(node.isBoolean(), where, "true or false", problems);
        } else if (plain == BigDecimal.class) {
            expect(node.isString() || node.isNumber(), where, "a decimal", problems);
        } else if (StripeCollection.class.isAssignableFrom(plain)) {
            object(node, where, problems);
        } else if (plain.getName().startsWith("com.stripe.model.")) {
            expect(node.isObject(), where, "an object", problems);
            if (node.has("object") && node.has("id")) {
                object(node, where, problems);
            } else if (node.isObject() && !plain.isInterface() && !fields(plain).isEmpty()) {
                check(node, plain, where, problems);
            }
        }
    }

    private static void expect(boolean right, String where, String what, List<String> problems) {
        if (!right) {
            problems.add(where + " is not " + what);
        }
    }

    private static Map<String, Field> fields(Class<?> model) {
        Map<String, Field> fields = new HashMap<>();
        for (Class<?> each = model; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                String name = serializedName(field);
                if (name != null) {
                    fields.putIfAbsent(name, field);
                }
            }
        }
        return fields;
    }

    private static @Nullable String serializedName(Field field) {
        for (Annotation annotation : field.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("SerializedName")) {
                try {
                    return (String)
                            annotation.annotationType().getMethod("value").invoke(annotation);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return null;
    }
}
