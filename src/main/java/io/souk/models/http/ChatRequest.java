package io.souk.models.http;

import io.souk.models.summary.SummarySteps;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the summariser needs of a chat request: the text of the last message, which must be the user's.
 *
 * @param text the text parts of that message, joined by blank lines
 * @param maxTokens the smaller of the two caps that a request may have, else the model's own
 * @param includeUsage whether a stream ends with a chunk that has the counts
 */
record ChatRequest(String text, int maxTokens, boolean stream, boolean includeUsage) {

    static ChatRequest of(ObjectNode request) {
        var stream = Json.flag(request, "stream", "stream");
        var options = request.get("stream_options");
        if (options != null && !options.isNull() && !stream) {
            throw Refusal.invalid(
                    "stream_options", "invalid_value", "'stream_options' is only allowed when 'stream' is true.");
        }
        var includeUsage =
                Json.flag(Json.objectIn(request, "stream_options"), "include_usage", "stream_options.include_usage");
        Json.number(request, "n", "n", 1, 1, 1);
        requirePlainText(request);
        return new ChatRequest(lastUserText(request), maxTokens(request), stream, includeUsage);
    }

    private static int maxTokens(ObjectNode request) {
        var most = SummarySteps.MAX_TOKENS;
        return Math.min(
                Json.number(request, "max_tokens", "max_tokens", 1, Integer.MAX_VALUE, most),
                Json.number(request, "max_completion_tokens", "max_completion_tokens", 1, Integer.MAX_VALUE, most));
    }

    private static void requirePlainText(ObjectNode request) {
        var format = Json.objectIn(request, "response_format").get("type");
        if (format != null && !(format.isString() && format.stringValue().equals("text"))) {
            throw Refusal.invalid(
                    "response_format",
                    "unsupported_value",
                    "The Extractive summariser answers in plain text; leave 'response_format' out.");
        }
        var choice = request.get("tool_choice");
        if (choice != null
                && (choice.isObject()
                        || (choice.isString() && choice.stringValue().equals("required")))) {
            throw Refusal.invalid("tool_choice", "unsupported_value", "The Extractive summariser cannot call tools.");
        }
    }

    private static String lastUserText(ObjectNode request) {
        if (!(request.get("messages") instanceof ArrayNode messages) || messages.isEmpty()) {
            throw Refusal.invalid("messages", "invalid_type", "'messages' must be a list with at least one message.");
        }
        var text = "";
        for (var i = 0; i < messages.size(); i++) {
            var param = "messages[" + i + "]";
            if (!(messages.get(i) instanceof ObjectNode message)
                    || !(message.get("role") instanceof JsonNode role)
                    || !role.isString()) {
                throw Refusal.invalid(param, "invalid_type", "'" + param + "' must be an object with a 'role'.");
            }
            var user = role.stringValue().equals("user");
            if (user) {
                text = text(message.get("content"), param + ".content");
            }
            if (!user && i == messages.size() - 1) {
                throw Refusal.invalid(
                        "messages",
                        "invalid_value",
                        "The last message must have the role 'user': its text is what is summarised.");
            }
        }
        return text;
    }

    private static String text(@Nullable JsonNode content, String param) {
        if (content != null && content.isString()) {
            return content.stringValue();
        }
        if (content instanceof ArrayNode parts && !parts.isEmpty()) {
            return parts.valueStream().map(part -> part(part, param)).collect(Collectors.joining("\n\n"));
        }
        throw Refusal.invalid(param, "invalid_type", "'" + param + "' must be a text or a list of text parts.");
    }

    private static String part(JsonNode part, String param) {
        if (part instanceof ObjectNode object && object.get("type") instanceof JsonNode type && type.isString()) {
            if (type.stringValue().equals("text") && object.get("text") instanceof JsonNode text && text.isString()) {
                return text.stringValue();
            }
            if (!type.stringValue().equals("text")) {
                throw Refusal.invalid(
                        param,
                        "unsupported_content",
                        "The Extractive summariser reads text only, not '" + type.stringValue() + "'.");
            }
        }
        throw Refusal.invalid(
                param, "invalid_type", "Each part of '" + param + "' must be {\"type\": \"text\", \"text\": \"...\"}.");
    }
}
