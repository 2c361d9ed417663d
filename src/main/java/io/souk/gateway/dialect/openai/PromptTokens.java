package io.souk.gateway.dialect.openai;

import io.souk.gateway.dialect.Tokenizer;
import io.souk.gateway.relay.Operation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Counts a prompt as OpenAI's cookbook does: the texts, and a few tokens around each message. */
final class PromptTokens {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PER_MESSAGE = 3;
    private static final int BEFORE_ANSWER = 3;

    private PromptTokens() {}

    /** @param body a request that was read and found in order */
    static long count(byte[] body, Operation operation) {
        JsonNode request = JSON.readTree(body);
        return operation == Operation.EMBEDDINGS ? input(request.path("input")) : chat(request);
    }

    private static long chat(JsonNode request) {
        long tokens = BEFORE_ANSWER + texts(request.path("tools"));
        for (JsonNode message : request.path("messages")) {
            tokens += PER_MESSAGE + texts(message);
        }
        return tokens;
    }

    private static long texts(JsonNode node) {
        if (node.isString()) {
            String text = node.stringValue();
            return text.startsWith("data:") ? 0 : Tokenizer.count(text);
        }
        long tokens = 0;
        for (JsonNode child : node) {
            tokens += texts(child);
        }
        return tokens;
    }

    /** A string, strings, tokens, or arrays of tokens. */
    private static long input(JsonNode input) {
        if (input.isString()) {
            return Tokenizer.count(input.stringValue());
        }
        if (input.isNumber()) {
            return 1;
        }
        long tokens = 0;
        for (JsonNode element : input) {
            tokens += input(element);
        }
        return tokens;
    }
}
