package io.souk.local.stripe;

import com.stripe.net.ApiRequestParams;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What parameters a call may have. stripe-java's parameter classes are made from Stripe's own description of its API, so
 * they say it: a name they lack is unknown, an enumeration's value they lack is invalid.
 */
final class Contract {
    private static final Map<Class<?>, Map<String, Type>> FIELDS = new ConcurrentHashMap<>();

    private Contract() {}

    /** Refuses the call if {@code params} has no such parameter. */
    static void check(ObjectNode form, Class<?> params) {
        check(form, params, "");
    }

    private static void check(ObjectNode form, Class<?> params, String prefix) {
        Map<String, Type> known = FIELDS.computeIfAbsent(params, Contract::fields);
        form.properties().forEach(entry -> {
            String name = prefix.isEmpty() ? entry.getKey() : prefix + "[" + entry.getKey() + "]";
            Type type = known.get(entry.getKey());
            if (type == null) {
                throw Refusal.invalid("parameter_unknown", "Received unknown parameter: " + name, name);
            }
            check(entry.getValue(), type, name);
        });
    }

    private static void check(JsonNode value, Type type, String name) {
        if (value.isString() && value.asString().isEmpty()) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                if (!(value instanceof ArrayNode array)) {
                    throw Refusal.invalid(null, "Invalid array", name);
                }
                for (int i = 0; i < array.size(); i++) {
                    check(array.path(i), generic.getActualTypeArguments()[0], name + "[" + i + "]");
                }
            } else if (value.isString()) {
                throw Refusal.invalid(null, "Invalid object", name);
            }
            return;
        }
        if (!(type instanceof Class<?> plain) || plain == Object.class) {
            return;
        }
        if (plain.isEnum()) {
            checkEnum(value, plain, name);
        } else if (plain.getName().startsWith("com.stripe.param.")) {
            if (!(value instanceof ObjectNode object)) {
                throw Refusal.invalid(null, "Invalid object", name);
            }
            check(object, plain, name);
        } else {
            checkPlain(value, plain, name);
        }
    }

    private static void checkEnum(JsonNode value, Class<?> type, String name) {
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(constant -> ((ApiRequestParams.EnumParam) constant).getValue())
                .toList();
        if (!value.isString() || !known.contains(value.asString())) {
            throw Refusal.invalid(null, "Invalid " + name + ": must be one of " + String.join(", ", known), name);
        }
    }

    private static void checkPlain(JsonNode value, Class<?> type, String name) {
        String text = value.isString() ? value.asString() : "";
        if (!value.isString()) {
            throw Refusal.invalid(null, "Invalid string: " + value, name);
        }
        if (type == Long.class && !text.matches("-?[0-9]{1,18}")) {
            throw Refusal.invalid("parameter_invalid_integer", "Invalid integer: " + text, name);
        }
        if (type == Boolean.class && !text.equals("true") && !text.equals("false")) {
            throw Refusal.invalid(null, "Invalid boolean: " + text, name);
        }
        if (type == BigDecimal.class && !text.matches("-?[0-9]{1,30}(\\.[0-9]{1,40})?")) {
            throw Refusal.invalid("parameter_invalid_decimal", "Invalid decimal: " + text, name);
        }
    }

    private static Map<String, Type> fields(Class<?> params) {
        Map<String, Type> fields = new LinkedHashMap<>();
        for (Field field : params.getDeclaredFields()) {
            String name = serializedName(field);
            if (name != null && !name.startsWith("_")) {
                fields.put(name, field.getGenericType());
            }
        }
        return fields;
    }

    /** Gson's annotation is not on the compiler's class path, so it is asked by name. */
    private static @Nullable String serializedName(Field field) {
        for (Annotation annotation : field.getAnnotations()) {
            if (annotation.annotationType().getSimpleName().equals("SerializedName")) {
                try {
                    return (String)
                            annotation.annotationType().getMethod("value").invoke(annotation);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("stripe-java's parameters cannot be read", e);
                }
            }
        }
        return null;
    }
}
