package io.souk.models.http;

import io.souk.models.inference.EmbeddingSteps;
import io.souk.models.inference.Embeddings;
import io.souk.models.inference.Embeddings.Input;
import io.souk.models.inference.InferencePool;
import io.souk.models.inference.MiniLm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/embeddings}, and the same model as the Hugging Face task feature-extraction. */
final class EmbeddingsEndpoint {
    private final InferencePool pool;
    private final String model;

    EmbeddingsEndpoint(InferencePool pool, String model) {
        this.pool = pool;
        this.model = model;
    }

    CompletableFuture<Answer> embed(ObjectNode request) {
        var inputs = inputs(request.get("input"));
        var base64 = base64(request);
        if (Json.number(request, "dimensions", "dimensions", 1, Integer.MAX_VALUE, MiniLm.DIMENSIONS)
                != MiniLm.DIMENSIONS) {
            throw Refusal.invalid(
                    "dimensions",
                    "invalid_value",
                    "'" + model + "' gives vectors of " + MiniLm.DIMENSIONS + " dimensions and no others.");
        }
        return pool.submit(new EmbeddingSteps(inputs).then(embeddings -> answer(embeddings, base64)));
    }

    CompletableFuture<Answer> task(ObjectNode request) {
        var given = request.get("inputs");
        var texts = new ArrayList<Input>();
        if (given != null && given.isString()) {
            texts.add(new Input.Text(given.stringValue()));
        } else if (given instanceof ArrayNode list && !list.isEmpty() && allStrings(list)) {
            list.forEach(text -> texts.add(new Input.Text(text.stringValue())));
        } else {
            throw Refusal.invalid("inputs", "invalid_type", "'inputs' must be a text or a list of texts.");
        }
        requireCount(texts, "inputs");
        var flat = given.isString();
        return pool.submit(new EmbeddingSteps(texts).then(embeddings -> task(embeddings, flat)));
    }

    private static Answer task(Embeddings embeddings, boolean flat) {
        var body = Json.written(out -> {
            if (!flat) {
                out.writeStartArray();
            }
            embeddings.vectors().forEach(vector -> numbers(out, vector));
            if (!flat) {
                out.writeEndArray();
            }
        });
        return new Answer.Whole(body, Map.of("x-compute-tokens", Integer.toString(embeddings.tokens())));
    }

    private static boolean base64(ObjectNode request) {
        var format = request.get("encoding_format");
        if (format == null || format.isNull()) {
            return false;
        }
        if (format.isString()) {
            switch (format.stringValue().toLowerCase(Locale.ROOT)) {
                case "base64":
                    return true;
                case "float":
                    return false;
                default:
                    break;
            }
        }
        throw Refusal.invalid("encoding_format", "invalid_value", "'encoding_format' must be \"float\" or \"base64\".");
    }

    private static List<Input> inputs(@Nullable JsonNode given) {
        var inputs = new ArrayList<Input>();
        if (given == null || given.isNull()) {
            throw Refusal.invalid("input", "missing_required_parameter", "'input' is missing.");
        } else if (given.isString()) {
            inputs.add(new Input.Text(given.stringValue()));
        } else if (given instanceof ArrayNode list && !list.isEmpty()) {
            if (list.get(0).isIntegralNumber()) {
                inputs.add(ids(list));
            } else if (allStrings(list)) {
                list.forEach(text -> inputs.add(new Input.Text(text.stringValue())));
            } else {
                list.forEach(ids -> inputs.add(ids(ids)));
            }
        } else {
            throw wrongType();
        }
        requireCount(inputs, "input");
        return inputs;
    }

    private static void requireCount(List<Input> inputs, String param) {
        if (inputs.size() > Embeddings.MAX_INPUTS) {
            throw Refusal.invalid(
                    param,
                    "invalid_value",
                    "'" + param + "' has " + inputs.size() + " texts and may have at most " + Embeddings.MAX_INPUTS
                            + ".");
        }
    }

    private static boolean allStrings(ArrayNode list) {
        return list.valueStream().allMatch(JsonNode::isString);
    }

    private static Input ids(JsonNode given) {
        if (!(given instanceof ArrayNode list)) {
            throw wrongType();
        }
        var ids = new int[list.size()];
        for (var i = 0; i < ids.length; i++) {
            var id = list.get(i);
            if (!id.isIntegralNumber()) {
                throw wrongType();
            }
            if (!id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= MiniLm.VOCABULARY) {
                throw Refusal.invalid(
                        "input",
                        "invalid_value",
                        "Token " + id + " is not in this model's vocabulary of " + MiniLm.VOCABULARY
                                + " word pieces. It was probably cut by another model's tokenizer; send the text.");
            }
            ids[i] = id.intValue();
        }
        return new Input.Ids(ids);
    }

    private static Refusal wrongType() {
        return Refusal.invalid(
                "input",
                "invalid_type",
                "'input' must be a text, a list of texts, a list of token numbers or a list of such lists, and not"
                        + " empty.");
    }

    private Answer answer(Embeddings embeddings, boolean base64) {
        return new Answer.Whole(Json.written(out -> {
            out.writeStartObject().writeStringProperty("object", "list").writeArrayPropertyStart("data");
            for (var i = 0; i < embeddings.vectors().size(); i++) {
                var vector = embeddings.vectors().get(i);
                out.writeStartObject()
                        .writeStringProperty("object", "embedding")
                        .writeNumberProperty("index", i);
                out.writeName("embedding");
                if (base64) {
                    out.writeString(Base64.getEncoder().encodeToString(littleEndian(vector)));
                } else {
                    numbers(out, vector);
                }
                out.writeEndObject();
            }
            out.writeEndArray().writeStringProperty("model", model).writeObjectPropertyStart("usage");
            out.writeNumberProperty("prompt_tokens", embeddings.tokens());
            out.writeNumberProperty("total_tokens", embeddings.tokens());
            out.writeEndObject().writeEndObject();
        }));
    }

    private static void numbers(JsonGenerator out, float[] vector) {
        out.writeStartArray();
        for (var number : vector) {
            out.writeNumber(number);
        }
        out.writeEndArray();
    }

    private static byte[] littleEndian(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }
}
