package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.souk.support.FakeBackend;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * An admin puts a model on the market that runs on a server of somebody else, over TLS, below a path, behind a
 * credential; a customer subscribes to it and calls it.
 */
@ExtendWith(Journeys.class)
class PublishJourneyIT {
    private static final String CREDENTIAL = "backend-credential-7f3a91";
    private static final String MODEL = "acme/echo-1";
    private static final String UPSTREAM = "fake-1";
    private static final String QUESTION = "say exactly these six words please";
    private static final BigDecimal INPUT = new BigDecimal("0.15");
    private static final BigDecimal OUTPUT = new BigDecimal("0.625");
    private static final BigDecimal REQUEST = new BigDecimal("0.0000035");

    @Test
    void publishesAModelOfAnotherServerWhichACustomerThenCalls(RunningSouk souk) throws Exception {
        try (FakeBackend backend = FakeBackend.https(souk.certificate(), "/serve/openai/v1", CREDENTIAL);
                Visit visit = Visit.to(souk.portal())) {
            visit.signIn(souk.admin());
            publish(visit, backend);
            visit.signOut();

            visit.signIn(souk.customer());
            subscribe(visit);
            call(souk, backend);
            seeCalls(visit);
        }
    }

    private static void publish(Visit visit, FakeBackend backend) {
        visit.go("/admin/models").follow("main-action");
        visit.type("field-title", "Echo One")
                .type("field-model", "Not A Name")
                .type("field-publisher", "Acme")
                .choose("field-task", "CHAT")
                .type("field-contextTokens", "4096")
                .type("field-maxOutputTokens", "256")
                .type("field-licence", "MIT")
                .follow("save");
        assertThat(visit.text("error-model")).isNotBlank();
        assertThat(visit.see("field-title").getDomProperty("value")).isEqualTo("Echo One");
        visit.type("field-model", MODEL).follow("save");

        visit.type("field-summary", "Says what you say.")
                .type(
                        "field-card",
                        "## What it is for\n\nEchoes.\n\n| a | b |\n|---|---|\n| one | two |\n\n"
                                + "<script>document.title = 'taken over'</script>")
                .follow("save");
        WebElement preview = visit.see("preview");
        assertThat(preview.findElement(By.tagName("h3")).getText()).isEqualTo("What it is for");
        assertThat(preview.findElements(By.cssSelector("table td"))).hasSize(2);
        assertThat(preview.findElements(By.tagName("script"))).isEmpty();
        visit.follow("to-price");

        visit.type("field-INPUT", INPUT.toPlainString())
                .type("field-OUTPUT", OUTPUT.toPlainString())
                .type("field-REQUEST", REQUEST.toPlainString())
                .follow("compare");
        assertThat(visit.text("change-INPUT")).contains("$0.15");
        assertThat(visit.text("change-OUTPUT")).contains("$0.625");
        visit.follow("save");

        String address = backend.baseUrl().toString();
        visit.type("field-baseUrl", address).type("field-credential", "wrong").press("look");
        assertThat(visit.text("look-problem")).contains("401").doesNotContain("wrong");
        visit.type("field-credential", CREDENTIAL).press("look");
        visit.press("found-" + UPSTREAM);
        assertThat(visit.see("field-upstreamModel").getDomProperty("value")).isEqualTo(UPSTREAM);
        visit.type("field-name", "Acme in the basement").follow("save");
        assertThat(visit.text("backends")).contains("Acme in the basement", "encrypted");
        assertThat(visit.browser().getPageSource()).doesNotContain(CREDENTIAL);
        visit.follow("to-test");

        int before = backend.seen("/chat/completions").size();
        visit.press("run");
        visit.see("to-review");
        assertThat(backend.seen("/chat/completions")).hasSize(before + 2);
        assertThat(visit.all("step-answer"))
                .hasSize(2)
                .allSatisfy(
                        answer -> assertThat(answer.getText()).startsWith("You said: Answer in one short sentence"));
        visit.follow("to-review");

        assertThat(visit.shows("missing")).isFalse();
        visit.follow("publish");
        assertThat(visit.text("notice")).isEqualTo("Echo One is live: customers can subscribe and call it.");
    }

    private static void subscribe(Visit visit) {
        visit.go("/models").type("q", "echo");
        visit.await("the list to shrink", _ -> visit.text("total").equals("1 model"));
        visit.leaveBy(visit.see("model-" + MODEL).findElement(By.tagName("a")));
        assertThat(visit.text("model-name")).isEqualTo(MODEL);
        assertThat(visit.text("availability")).isEqualTo("Answering");
        assertThat(visit.browser().getTitle()).isEqualTo("Echo One · Souk");
        assertThat(visit.text("price-INPUT")).contains("$0.15");
        assertThat(visit.text("price-OUTPUT")).contains("$0.625");
        visit.follow("subscribe");
        visit.see("subscribed");
    }

    private static void call(RunningSouk souk, FakeBackend backend) throws Exception {
        String key = souk.customersKey();
        int before = backend.seen("/chat/completions").size();
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage(QUESTION)
                .build();
        OpenAIClient client = souk.client(key);
        try {
            // a gateway hears of a subscription within a second
            await().atMost(Duration.ofSeconds(2))
                    .ignoreExceptions()
                    .until(() -> client.models().retrieve(MODEL).id().equals(MODEL));

            ChatCompletion whole = client.chat().completions().create(question);
            assertThat(whole.choices().getFirst().message().content()).hasValue("You said: " + QUESTION);
            assertThat(whole.model()).isEqualTo(MODEL);

            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(question)) {
                List<ChatCompletionChunk> chunks = stream.stream().toList();
                assertThat(chunks)
                        .hasSizeGreaterThan(6)
                        .allMatch(chunk -> chunk.model().equals(MODEL));
                assertThat(chunks.stream()
                                .flatMap(chunk -> chunk.choices().stream())
                                .flatMap(choice -> choice.delta().content().stream())
                                .collect(Collectors.joining()))
                        .isEqualTo("You said: " + QUESTION);
            }
        } finally {
            client.close();
        }

        HttpResponse<String> bare = bareCall(souk, key);
        assertThat(bare.statusCode()).isEqualTo(200);
        assertThat(bare.headers().map() + bare.body())
                .as("everything that the caller gets")
                .doesNotContain(CREDENTIAL, UPSTREAM, backend.baseUrl().getAuthority(), "/serve/openai");

        List<FakeBackend.Seen> seen = backend.seen("/chat/completions");
        assertThat(seen).hasSize(before + 3);
        assertThat(seen.subList(before, seen.size())).allSatisfy(call -> {
            assertThat(call.path()).isEqualTo("/serve/openai/v1/chat/completions");
            assertThat(call.headers()).containsEntry("authorization", "Bearer " + CREDENTIAL);
            assertThat(call.headers() + call.body()).doesNotContain(key, "sk-souk");
            assertThat(call.body()).contains("\"" + UPSTREAM + "\"").doesNotContain(MODEL);
        });
    }

    private static HttpResponse<String> bareCall(RunningSouk souk, String key) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(souk.apiUrl() + "/chat/completions"))
                            .timeout(Duration.ofSeconds(30))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                                            .formatted(MODEL, QUESTION)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The server counts words: six in, eight out. */
    private static void seeCalls(Visit visit) {
        BigDecimal cost = INPUT.multiply(BigDecimal.valueOf(6))
                .add(OUTPUT.multiply(BigDecimal.valueOf(8)))
                .movePointLeft(6)
                .add(REQUEST)
                .setScale(9, RoundingMode.HALF_UP);
        visit.go("/usage");
        WebElement row = visit.await("to see three calls", page -> {
            page.navigate().refresh();
            return visit.see("by-model").findElements(By.tagName("tr")).stream()
                    .filter(each -> each.getText().contains(MODEL))
                    .filter(each -> each.findElement(By.tagName("td")).getText().equals("3"))
                    .findFirst()
                    .orElse(null);
        });
        List<WebElement> cells = row.findElements(By.tagName("td"));
        assertThat(cells.get(1).getText()).isEqualTo("18");
        assertThat(cells.get(2).getText()).isEqualTo("24");
        assertThat(Amounts.read(cells.get(3).getText())).isEqualByComparingTo(cost.multiply(BigDecimal.valueOf(3)));

        visit.leaveBy(row.findElement(By.tagName("a")));
        assertThat(visit.all("in"))
                .hasSize(3)
                .allSatisfy(in -> assertThat(in.getText()).isEqualTo("6"));
        assertThat(visit.all("out"))
                .hasSize(3)
                .allSatisfy(out -> assertThat(out.getText()).isEqualTo("8"));
        assertThat(visit.all("cost"))
                .hasSize(3)
                .allSatisfy(shown -> assertThat(Amounts.read(shown.getText())).isEqualByComparingTo(cost));
    }
}
