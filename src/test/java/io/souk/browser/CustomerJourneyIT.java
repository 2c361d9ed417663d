package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * The main job, from nothing to a bill that is right: what a call costs is worked out here, from tokens that the
 * tokenizer's own library counts and from the price that the model's page shows, and has to be what Souk shows.
 */
@ExtendWith(Journeys.class)
class CustomerJourneyIT {
    private static final String CHAT = "extractive-summariser";
    private static final String EMBEDDINGS = "all-minilm-l6-v2";
    private static final BigDecimal TOP_UP = new BigDecimal("12.34");
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(2);

    /** Cut here, so that nothing has to be believed about how Souk finds the ends of sentences. */
    private static final List<String> SENTENCES = List.of(
            "The river rose after a week of rain.",
            "By Friday the water of the river stood in the lower streets.",
            "My aunt likes tea.",
            "Volunteers built a wall of sand bags against the river.",
            "On Sunday the water fell and the streets could be cleaned.");

    private static final String EMBEDDED = "How do I reset my password?";

    /** A price for a million of a class, by the class's name, as the page shows it. */
    private record Prices(Map<String, BigDecimal> perMillion) {
        /** In units of currency, exact. */
        BigDecimal cost(long input, long output) {
            return of("INPUT")
                    .multiply(BigDecimal.valueOf(input))
                    .add(of("OUTPUT").multiply(BigDecimal.valueOf(output)))
                    .movePointLeft(6);
        }

        private BigDecimal of(String tokenClass) {
            return perMillion.getOrDefault(tokenClass, BigDecimal.ZERO);
        }
    }

    /** What the page has to say about a call. */
    private record Expected(String model, long input, long output, BigDecimal exact) {
        /** A call is rounded once, half up, to a billionth. */
        BigDecimal charge() {
            return exact.setScale(9, RoundingMode.HALF_UP);
        }
    }

    @Test
    void paysCallsAndSeesExactlyWhatTheCallsCost(RunningSouk souk) {
        try (Visit visit = Visit.to(souk.portal())) {
            Newcomer newcomer = Newcomer.signUp(visit, souk, "carol-" + UUID.randomUUID() + "@example.org");
            newcomer.confirm(visit);
            visit.signIn(newcomer.login());

            pay(visit);
            Prices chat = subscribe(visit, CHAT);
            Prices embeddings = subscribe(visit, EMBEDDINGS);
            visit.go("/keys/new").type("field-name", "My program").follow("create-key");
            String key = visit.text("secret");

            List<Expected> calls = call(souk, key, chat, embeddings);
            seeCalls(visit, calls, Instant.now());
            seeSums(visit, calls);
            seeTheBill(visit, calls);
        }
    }

    private static void pay(Visit visit) {
        visit.go("/billing");
        assertThat(Amounts.read(visit.text("wallet-balance"))).isZero();
        visit.follow("main-action");
        visit.type("amount", TOP_UP.toPlainString()).follow("continue-to-payment");

        assertThat(visit.text("total")).contains("12.34");
        card(visit, "4000 0000 0000 0002");
        assertThat(visit.text("declined")).contains("declined");
        card(visit, "4242 4242 4242 4242");

        visit.await("to see that it is paid", page -> {
            if (!visit.shows("outcome-paid")) {
                page.navigate().refresh();
            }
            return visit.shows("outcome-paid");
        });
        assertThat(Amounts.read(visit.text("wallet-balance"))).isEqualByComparingTo(TOP_UP);
        visit.follow("receipt-link");
        assertThat(visit.text("number")).matches("SIM-\\d{4}-\\d{6}");
        assertThat(Amounts.read(visit.text("amount"))).isEqualByComparingTo(TOP_UP);
        assertThat(visit.shows("simulated-note")).isTrue();
    }

    private static void card(Visit visit, String number) {
        visit.type("card-number", number)
                .type("card-expiry", "12/40")
                .type("card-cvc", "123")
                .type("card-name", Newcomer.NAME)
                .follow("pay");
    }

    private static Prices subscribe(Visit visit, String model) {
        visit.go("/models/" + model).follow("subscribe");
        visit.see("subscribed");
        Map<String, BigDecimal> prices =
                visit.see("prices").findElements(By.cssSelector("tr[data-test^='price-']")).stream()
                        .collect(Collectors.toMap(
                                row -> String.valueOf(row.getDomAttribute("data-test"))
                                        .substring("price-".length()),
                                row -> Amounts.read(
                                        row.findElement(By.tagName("td")).getText())));
        assertThat(prices).containsKey("INPUT").doesNotContainKey("REQUEST");
        return new Prices(prices);
    }

    private static List<Expected> call(RunningSouk souk, String key, Prices chat, Prices embeddings) {
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model(CHAT)
                .addUserMessage(String.join(" ", SENTENCES))
                .build();
        OpenAIClient client = souk.client(key);
        List<Expected> expected = new ArrayList<>();
        try (ReferenceTokens tokens = new ReferenceTokens()) {
            assertThat(tokens.embedding(EMBEDDED))
                    .as("the stored reference count")
                    .isEqualTo(9);
            long input = tokens.summary(SENTENCES);

            String whole = client.chat()
                    .completions()
                    .create(question)
                    .choices()
                    .getFirst()
                    .message()
                    .content()
                    .orElseThrow();
            assertThat(whole).startsWith(SENTENCES.getFirst()).doesNotContain("aunt");
            long output = tokens.pieces(whole);
            expected.add(new Expected(CHAT, input, output, chat.cost(input, output)));

            String streamed;
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(question)) {
                streamed = stream.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .flatMap(choice -> choice.delta().content().stream())
                        .collect(Collectors.joining());
            }
            assertThat(streamed).isEqualTo(whole);
            expected.add(new Expected(CHAT, input, output, chat.cost(input, output)));

            assertThat(client.embeddings()
                            .create(EmbeddingCreateParams.builder()
                                    .model(EMBEDDINGS)
                                    .input(EMBEDDED)
                                    .build())
                            .data()
                            .getFirst()
                            .embedding())
                    .hasSize(384);
            long embedded = tokens.embedding(EMBEDDED);
            expected.add(new Expected(EMBEDDINGS, embedded, 0, embeddings.cost(embedded, 0)));
        } finally {
            client.close();
        }
        return expected;
    }

    private static void seeCalls(Visit visit, List<Expected> calls, Instant ended) {
        Instant asked;
        do {
            asked = Instant.now();
            visit.go("/usage/calls");
        } while (visit.all("in").size() < calls.size() && asked.isBefore(ended.plus(SHOWN_WITHIN)));
        assertThat(visit.all("in"))
                .as("the calls in a page that was asked for %s after the last one", Duration.between(ended, asked))
                .hasSize(calls.size());
        assertThat(asked).isBeforeOrEqualTo(ended.plus(SHOWN_WITHIN));

        List<WebElement> rows = visit.see("calls").findElements(By.cssSelector("tbody tr"));
        for (int i = 0; i < calls.size(); i++) {
            Expected call = calls.get(calls.size() - 1 - i);
            WebElement row = rows.get(i);
            assertThat(row.getText()).contains(call.model(), "My program", "200");
            assertThat(cell(row, "in")).isEqualTo(Long.toString(call.input()));
            assertThat(cell(row, "out")).isEqualTo(Long.toString(call.output()));
            assertThat(Amounts.read(cell(row, "cost")))
                    .isEqualByComparingTo(call.charge())
                    .as("more than nothing is never shown as nothing")
                    .isPositive();
        }

        Expected newest = calls.getLast();
        visit.leaveBy(rows.getFirst().findElement(By.tagName("a")));
        assertThat(visit.text("cost")).isEqualTo(newest.exact().setScale(12).toPlainString() + " USD");
        assertThat(visit.text("charge")).isEqualTo(newest.charge().toPlainString() + " USD");
    }

    private static String cell(WebElement row, String hook) {
        return row.findElement(By.cssSelector("[data-test='" + hook + "']")).getText();
    }

    private static void seeSums(Visit visit, List<Expected> calls) {
        visit.go("/usage");
        for (String model : List.of(CHAT, EMBEDDINGS)) {
            seeSum(
                    visit,
                    "by-model",
                    model,
                    calls.stream().filter(call -> call.model().equals(model)).toList());
        }
        seeSum(visit, "by-key", "My program", calls);
    }

    private static void seeSum(Visit visit, String table, String name, List<Expected> calls) {
        List<String> cells = visit.see(table).findElements(By.cssSelector("tbody tr")).stream()
                .filter(row -> row.findElement(By.tagName("th")).getText().equals(name))
                .findFirst()
                .map(row -> row.findElements(By.tagName("td")).stream()
                        .map(WebElement::getText)
                        .toList())
                .orElseThrow(() -> new AssertionError(name + " is not in " + visit.text(table)));
        assertThat(cells.subList(0, 3))
                .containsExactly(
                        Integer.toString(calls.size()),
                        Long.toString(calls.stream().mapToLong(Expected::input).sum()),
                        Long.toString(calls.stream().mapToLong(Expected::output).sum()));
        assertThat(Amounts.read(cells.get(3))).isEqualByComparingTo(sum(calls));
    }

    private static BigDecimal sum(List<Expected> calls) {
        return calls.stream().map(Expected::charge).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void seeTheBill(Visit visit, List<Expected> calls) {
        BigDecimal left = TOP_UP.subtract(sum(calls));
        visit.go("/billing");
        assertThat(Amounts.read(visit.text("wallet-balance"))).isEqualByComparingTo(left);

        List<WebElement> lines = visit.see("statement").findElements(By.cssSelector("tbody tr"));
        assertThat(lines).hasSize(2);
        assertThat(Amounts.read(cell(lines.getFirst(), "balance"))).isEqualByComparingTo(left);
        List<BigDecimal> amounts = lines.stream()
                .map(line -> Amounts.read(cell(line, "amount").replace("+", "")))
                .toList();
        assertThat(amounts.getFirst()).isEqualByComparingTo(sum(calls).negate());
        assertThat(Objects.requireNonNull(amounts.getLast())).isEqualByComparingTo(TOP_UP);
    }
}
