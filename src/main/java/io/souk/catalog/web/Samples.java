package io.souk.catalog.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.SampleText;
import io.souk.catalog.Task;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call to a model in four languages. Each runs unchanged where {@code SOUK_API_KEY} is exported; with a key given, the
 * key stands in its place.
 */
final class Samples {
    private static final String QUESTION = "What is a market hall? Answer in two sentences.";
    private static final String SENTENCE = "Fresh bread is sold at the north gate.";

    private Samples() {}

    /**
     * The samples by language, in the order of the page.
     *
     * @param baseUrl with {@code /v1}
     * @param key the reader's own, null for the variable
     */
    static Map<String, String> of(OfferView offer, String baseUrl, @Nullable String key) {
        boolean chat = offer.task().isChat();
        String text = text(offer);
        Map<String, String> samples = new LinkedHashMap<>();
        samples.put("curl", fill(chat ? CURL_CHAT : CURL_EMBEDDINGS, offer, baseUrl, text, or(key, "$SOUK_API_KEY")));
        samples.put(
                "Python",
                fill(
                        chat ? PYTHON_CHAT : PYTHON_EMBEDDINGS,
                        offer,
                        baseUrl,
                        text,
                        quotedOr(key, "os.environ[\"SOUK_API_KEY\"]")));
        samples.put(
                "JavaScript",
                fill(
                        chat ? JAVASCRIPT_CHAT : JAVASCRIPT_EMBEDDINGS,
                        offer,
                        baseUrl,
                        text,
                        quotedOr(key, "process.env.SOUK_API_KEY")));
        samples.put(
                "Java",
                fill(
                        chat ? JAVA_CHAT : JAVA_EMBEDDINGS,
                        offer,
                        baseUrl,
                        text,
                        quotedOr(key, "System.getenv(\"SOUK_API_KEY\")")));
        return samples;
    }

    /** What the samples send, and what stands in the form for trying the model at first. */
    static String text(OfferView offer) {
        // a chat model that only shortens texts has to be given one
        boolean wantsText = offer.task() == Task.SUMMARIZATION
                || offer.title().toLowerCase(Locale.ROOT).contains("summari");
        return !offer.task().isChat() ? SENTENCE : wantsText ? SampleText.PASSAGE : QUESTION;
    }

    private static String fill(String sample, OfferView offer, String baseUrl, String text, String key) {
        return sample.replace("BASE_URL", baseUrl)
                .replace("MODEL", offer.model())
                .replace("TEXT", text)
                .replace("API_KEY_HERE", key);
    }

    private static String or(@Nullable String key, String otherwise) {
        return key == null ? otherwise : key;
    }

    private static String quotedOr(@Nullable String key, String otherwise) {
        return key == null ? otherwise : "\"" + key + "\"";
    }

    private static final String CURL_CHAT = """
        curl -sN BASE_URL/chat/completions \\
          -H "Authorization: Bearer API_KEY_HERE" \\
          -H "Content-Type: application/json" \\
          -d '{
            "model": "MODEL",
            "stream": true,
            "messages": [{"role": "user", "content": "TEXT"}]
          }'
        """;

    private static final String CURL_EMBEDDINGS = """
        curl -s BASE_URL/embeddings \\
          -H "Authorization: Bearer API_KEY_HERE" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "MODEL", "input": "TEXT"}'
        """;

    private static final String PYTHON_CHAT = """
        # pip install openai
        import os
        from openai import OpenAI

        client = OpenAI(base_url="BASE_URL", api_key=API_KEY_HERE)
        stream = client.chat.completions.create(
            model="MODEL",
            messages=[{"role": "user", "content": "TEXT"}],
            stream=True,
        )
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                print(chunk.choices[0].delta.content, end="", flush=True)
        print()
        """;

    private static final String PYTHON_EMBEDDINGS = """
        # pip install openai
        import os
        from openai import OpenAI

        client = OpenAI(base_url="BASE_URL", api_key=API_KEY_HERE)
        answer = client.embeddings.create(model="MODEL", input="TEXT")
        print(len(answer.data[0].embedding), "dimensions for", answer.usage.prompt_tokens, "tokens")
        """;

    private static final String JAVASCRIPT_CHAT = """
        // npm install openai, save as call.mjs
        import OpenAI from "openai";

        const client = new OpenAI({ baseURL: "BASE_URL", apiKey: API_KEY_HERE });
        const stream = await client.chat.completions.create({
          model: "MODEL",
          messages: [{ role: "user", content: "TEXT" }],
          stream: true,
        });
        for await (const chunk of stream) {
          process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
        }
        console.log();
        """;

    private static final String JAVASCRIPT_EMBEDDINGS = """
        // npm install openai, save as call.mjs
        import OpenAI from "openai";

        const client = new OpenAI({ baseURL: "BASE_URL", apiKey: API_KEY_HERE });
        const answer = await client.embeddings.create({ model: "MODEL", input: "TEXT" });
        console.log(`${answer.data[0].embedding.length} dimensions for ${answer.usage.prompt_tokens} tokens`);
        """;

    private static final String JAVA_CHAT = """
        // com.openai:openai-java, save as Call.java
        import com.openai.client.OpenAIClient;
        import com.openai.client.okhttp.OpenAIOkHttpClient;
        import com.openai.core.http.StreamResponse;
        import com.openai.models.chat.completions.ChatCompletionChunk;
        import com.openai.models.chat.completions.ChatCompletionCreateParams;

        public class Call {
            public static void main(String[] args) {
                OpenAIClient client = OpenAIOkHttpClient.builder()
                        .baseUrl("BASE_URL")
                        .apiKey(API_KEY_HERE)
                        .build();
                ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
                        .model("MODEL")
                        .addUserMessage("TEXT")
                        .build();
                try (StreamResponse<ChatCompletionChunk> stream =
                        client.chat().completions().createStreaming(params)) {
                    stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .forEach(System.out::print);
                }
                System.out.println();
                client.close();
            }
        }
        """;

    private static final String JAVA_EMBEDDINGS = """
        // com.openai:openai-java, save as Call.java
        import com.openai.client.OpenAIClient;
        import com.openai.client.okhttp.OpenAIOkHttpClient;
        import com.openai.models.embeddings.CreateEmbeddingResponse;
        import com.openai.models.embeddings.EmbeddingCreateParams;

        public class Call {
            public static void main(String[] args) {
                OpenAIClient client = OpenAIOkHttpClient.builder()
                        .baseUrl("BASE_URL")
                        .apiKey(API_KEY_HERE)
                        .build();
                CreateEmbeddingResponse answer = client.embeddings().create(EmbeddingCreateParams.builder()
                        .model("MODEL")
                        .input("TEXT")
                        .build());
                System.out.println(answer.data().getFirst().embedding().size() + " dimensions for "
                        + answer.usage().promptTokens() + " tokens");
                client.close();
            }
        }
        """;
}
