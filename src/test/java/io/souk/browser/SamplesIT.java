package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.souk.support.Browser;
import io.souk.support.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.chrome.ChromeDriver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The samples of a model's page, as a signed-in customer copies them from there with a key filled in: each is run
 * unchanged, and says what the same call says by openai-java.
 */
@ExtendWith(Journeys.class)
class SamplesIT {
    private static final String CHAT = "extractive-summariser";
    private static final String EMBEDDINGS = "all-minilm-l6-v2";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration COMPILE_LIMIT = Duration.ofSeconds(180);
    private static final Pattern EMBEDDED = Pattern.compile("Fresh bread[^\"]+");
    private static final Pattern SENT = Pattern.compile("The old market hall[^\"]+");

    private static final Map<String, Map<String, String>> samples = new HashMap<>();
    private static final Map<String, String> expected = new HashMap<>();

    @BeforeAll
    static void copyThemFromThePages(RunningSouk souk) {
        try (Visit visit = Visit.to(souk.portal())) {
            visit.signIn(souk.customer());
            for (String model : List.of(CHAT, EMBEDDINGS)) {
                visit.go("/models/" + model);
                assertThat(sample(visit, "curl"))
                        .as("without a key the samples name a variable")
                        .contains("$SOUK_API_KEY");
                visit.follow("sample-key");
                String key = visit.text("secret");
                Map<String, String> ofModel = new HashMap<>();
                for (String language : List.of("curl", "python", "javascript", "java")) {
                    String sample = sample(visit, language);
                    assertThat(sample).contains(key, souk.apiUrl(), "\"" + model + "\"");
                    ofModel.put(language, sample);
                }
                samples.put(model, ofModel);
                visit.go("/models/" + model);
                assertThat(visit.browser().getPageSource()).as("shown once").doesNotContain(key);
            }
        }
        expected.put(CHAT, summary(souk, found(SENT, of(CHAT, "curl"))));
        try (ReferenceTokens tokens = new ReferenceTokens()) {
            expected.put(
                    EMBEDDINGS,
                    "384 dimensions for " + tokens.embedding(found(EMBEDDED, of(EMBEDDINGS, "curl"))) + " tokens");
        }
    }

    private static String sample(Visit visit, String language) {
        return String.valueOf(visit.all("sample-" + language).getFirst().getDomProperty("textContent"));
    }

    private static String summary(RunningSouk souk, String text) {
        OpenAIClient client = souk.client(souk.customersKey());
        try {
            return client.chat()
                    .completions()
                    .create(ChatCompletionCreateParams.builder()
                            .model(CHAT)
                            .addUserMessage(text)
                            .build())
                    .choices()
                    .getFirst()
                    .message()
                    .content()
                    .orElseThrow();
        } finally {
            client.close();
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group();
    }

    private static String of(String model, String language) {
        return samples.getOrDefault(model, Map.of()).getOrDefault(language, "");
    }

    private static String expected(String model) {
        return expected.getOrDefault(model, "nothing was expected");
    }

    @Test
    void streamsAChatByCurl() throws IOException {
        String output = Script.run(Folders.temporary("souk-curl"), LIMIT, List.of("sh", "-c", of(CHAT, "curl")))
                .outputOfSuccess();
        StringBuilder text = new StringBuilder();
        List<String> events = output.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
        assertThat(events).hasSizeGreaterThan(10).last().isEqualTo("[DONE]");
        for (String event : events.subList(0, events.size() - 1)) {
            text.append(JSON.readTree(event)
                    .path("choices")
                    .path(0)
                    .path("delta")
                    .path("content")
                    .asString(""));
        }
        assertThat(text).hasToString(expected(CHAT));
    }

    @Test
    void embedsByCurl() throws IOException {
        JsonNode answer = JSON.readTree(
                Script.run(Folders.temporary("souk-curl"), LIMIT, List.of("sh", "-c", of(EMBEDDINGS, "curl")))
                        .outputOfSuccess());
        assertThat(answer.path("data").path(0).path("embedding").size() + " dimensions for "
                        + answer.path("usage").path("prompt_tokens").asInt() + " tokens")
                .isEqualTo(expected(EMBEDDINGS));
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, EMBEDDINGS})
    void runsInJava(String model) throws IOException {
        Path folder = Folders.temporary("souk-java");
        Files.writeString(folder.resolve("Call.java"), of(model, "java"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        assertThat(Script.run(folder, COMPILE_LIMIT, List.of(java, "-cp", classPath, "Call.java"))
                        .outputOfSuccess()
                        .strip())
                .isEqualTo(expected(model));
    }

    /** By Node.js and the package that the sample says to install, where both can be had; else as in a browser. */
    @ParameterizedTest
    @ValueSource(strings = {CHAT, EMBEDDINGS})
    void runsInJavaScript(String model) throws IOException {
        Path folder = Folders.temporary("souk-javascript");
        Files.writeString(folder.resolve("call.mjs"), of(model, "javascript"));
        if (installed(folder, of(model, "javascript"))) {
            assertThat(Script.run(folder, LIMIT, List.of("node", "call.mjs"))
                            .outputOfSuccess()
                            .strip())
                    .isEqualTo(expected(model));
        } else {
            runsInABrowser(model);
        }
    }

    /** Runs the install command that the sample names. */
    private static boolean installed(Path folder, String sample) throws IOException {
        if (!Script.exists("node") || !Script.exists("npm")) {
            return false;
        }
        Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
        String command = found(Pattern.compile("npm install [a-z]+"), sample)
                + " --no-audit --no-fund --prefer-offline --fetch-retries=1 --fetch-timeout=20000";
        return Script.run(folder, LIMIT, List.of("sh", "-c", command)).succeeded();
    }

    /**
     * The sample as a module in the browser that is there on every machine. In the place of the SDK stands one that
     * sends what the sample gives it to the gateway, and hands back what comes.
     */
    @ParameterizedTest
    @ValueSource(strings = {CHAT, EMBEDDINGS})
    void runsInABrowser(String model) throws IOException {
        ChromeDriver browser = Browser.withoutSameOriginPolicy();
        try {
            Path page = Folders.temporary("souk-module").resolve("page.html");
            Files.writeString(page, """
                <!DOCTYPE html><title>running</title>
                <script type="importmap">{"imports": {"openai": "data:text/javascript;base64,STAND_IN"}}</script>
                <script>
                  window.printed = "";
                  window.process = {env: {}, stdout: {write: (text) => { window.printed += text; }}};
                  console.log = (text = "") => { window.printed += text + "\\n"; };
                  window.onerror = (message) => { document.title = "failed: " + message; };
                  window.onunhandledrejection = (event) => { document.title = "failed: " + event.reason; };
                </script>
                <script type="module">
                SAMPLE
                document.title = "done";
                </script>
                """.replace(
                            "STAND_IN",
                            java.util.Base64.getEncoder()
                                    .encodeToString(STAND_IN.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .replace("SAMPLE", of(model, "javascript")));
            Visit visit = Visit.with(browser, page.toUri().toString()).go("");
            visit.await("the sample to end", _ -> !"running".equals(browser.getTitle()));
            assertThat(browser.getTitle()).isEqualTo("done");
            assertThat(String.valueOf(browser.executeScript("return window.printed"))
                            .strip())
                    .isEqualTo(expected(model));
        } finally {
            browser.quit();
        }
    }

    private static final String STAND_IN = """
        export default class {
          constructor({ baseURL, apiKey }) {
            const call = async (path, body) => {
              const answer = await fetch(baseURL + path, {
                method: "POST",
                headers: { "Authorization": `Bearer ${apiKey}`, "Content-Type": "application/json" },
                body: JSON.stringify(body),
              });
              if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
              return answer;
            };
            const events = async function* (answer) {
              for (const line of (await answer.text()).split("\\n")) {
                if (line.startsWith("data: ") && line !== "data: [DONE]") yield JSON.parse(line.slice(6));
              }
            };
            this.embeddings = { create: async (body) => (await call("/embeddings", body)).json() };
            this.chat = { completions: { create: async (body) => {
              const answer = await call("/chat/completions", body);
              return body.stream ? events(answer) : answer.json();
            } } };
          }
        }
        """;

    /** With the SDK where this machine has it; else Python itself says whether the sample is Python. */
    @ParameterizedTest
    @ValueSource(strings = {CHAT, EMBEDDINGS})
    void runsInPython(String model) throws IOException {
        String sample = of(model, "python");
        assertThat(sample).contains("from openai import OpenAI", "base_url=", "api_key=");
        Path folder = Folders.temporary("souk-python");
        Files.writeString(folder.resolve("call.py"), sample);
        if (!Script.exists("python3")) {
            return;
        }
        if (Script.run(folder, LIMIT, List.of("python3", "-c", "import openai")).succeeded()) {
            assertThat(Script.run(folder, LIMIT, List.of("python3", "call.py"))
                            .outputOfSuccess()
                            .strip())
                    .isEqualTo(expected(model));
        } else {
            Script.run(folder, LIMIT, List.of("python3", "-m", "py_compile", "call.py"))
                    .outputOfSuccess();
        }
    }
}
