package io.souk.portal;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Every part once, full and empty. */
@Controller
@Profile("gallery")
class SamplePages {
    record Row(String name, String id, String tone, String state, long tokens, long nanos, Instant at) {}

    record SampleForm(
            @NotBlank(message = "Enter a name, so that you recognise it later.")
            String name,

            @Email(message = "This is not an e-mail address.")
            String email,

            @Size(min = 10, message = "Use at least 10 characters.")
            String password,

            String role,
            String note,
            boolean agreed) {}

    @GetMapping("/sample/{page}")
    String full(@PathVariable String page, Model model) {
        model.addAttribute("form", new SampleForm("", "", "", "developer", "", true));
        return page(page, model);
    }

    @PostMapping("/sample/{page}")
    String refused(
            @PathVariable String page,
            @Valid @ModelAttribute("form") SampleForm form,
            BindingResult errors,
            Model model) {
        if (form.agreed()) {
            errors.reject("sample", "The card was declined by the bank. Nothing was charged.");
        }
        return page(page, model);
    }

    @GetMapping("/sample/chart")
    String chart(Model model) {
        var bars = new ArrayList<Charts.Bar>();
        for (int day = 1; day <= 30; day++) {
            long tokens = (day * 7919L) % 31 * 40_000;
            bars.add(new Charts.Bar(day + " Nov", tokens, tokens + " tokens", day % 2 == 0 ? "/usage?day=" + day : ""));
        }
        model.addAttribute("bars", Gallery.empty ? List.of() : bars);
        model.addAttribute("line", Gallery.empty ? List.of() : List.of(1L, 5L, 0L, 9L, 7L));
        return "sample/chart";
    }

    @GetMapping("/sample/error/{page}")
    String error(@PathVariable String page, @RequestParam(defaultValue = "false") boolean told, Model model) {
        model.addAttribute("stale", told);
        model.addAttribute("unkept", told);
        model.addAttribute("back", "/account");
        if (!Gallery.empty) {
            model.addAttribute("status", 500);
            model.addAttribute("reference", "abcdefghjk");
        }
        return "error/" + page;
    }

    @GetMapping("/sample/refused")
    String wantsANumber(@RequestParam int number) {
        return "sample/" + number;
    }

    @GetMapping("/api/v1/sample/refused")
    String wantsANumberToo(@RequestParam int number) {
        return "sample/" + number;
    }

    private static String page(String page, Model model) {
        model.addAttribute("models", models());
        model.addAttribute(
                "rows",
                List.of(
                        new Row(
                                "Nightly summaries",
                                "sk-souk-Ab3…9xQ",
                                "good",
                                "Active",
                                1_204_388,
                                42_000,
                                Gallery.NOW.minusSeconds(75)),
                        new Row(
                                "A key with a very long name that somebody typed without thinking of tables",
                                "sk-souk-Zz1…0aB",
                                "quiet",
                                "Revoked",
                                12,
                                1_500_000_000L,
                                Gallery.NOW.minusSeconds(86_400 * 3)),
                        new Row(
                                "検索サービス",
                                "sk-souk-Qw8…7tY",
                                "warn",
                                "Expires soon",
                                0,
                                0,
                                Gallery.NOW.minusSeconds(86_400 * 40L))));
        model.addAttribute("noRows", List.of());
        model.addAttribute("now", Gallery.NOW);
        model.addAttribute("samples", samples());
        model.addAttribute("roles", ordered("owner", "Owner", "billing", "Billing", "developer", "Developer"));
        model.addAttribute("trail", ordered("/keys", "API keys"));
        return "sample/" + page;
    }

    static List<ModelCard> models() {
        return List.of(
                new ModelCard(
                        "all-minilm-l6-v2",
                        "MiniLM sentence embeddings",
                        "Souk house models",
                        "Embeddings",
                        "Turns sentences and short paragraphs into 384 numbers for search, grouping and finding"
                                + " duplicates.",
                        true,
                        ordered("per million tokens in", "$0.02")),
                new ModelCard(
                        "extractive-summariser",
                        "Extractive summariser",
                        "Souk house models",
                        "Summaries",
                        "Picks the sentences that carry a text. Adds no words of its own, so it cannot make anything"
                                + " up.",
                        true,
                        ordered("per million tokens in", "$0.05", "per request", "$0.0001")),
                new ModelCard(
                        "legal-de-7b-instruct-2026-10",
                        "A model with quite a long title that goes on for two lines",
                        "Example publisher",
                        "Chat",
                        "Answers questions.",
                        false,
                        ordered("in", "$0.15", "out", "$0.60")));
    }

    static Map<String, String> samples() {
        return ordered(
                "curl",
                "curl http://localhost:8081/v1/embeddings \\\n"
                        + "  -H \"Authorization: Bearer $SOUK_API_KEY\" \\\n"
                        + "  -H \"Content-Type: application/json\" \\\n"
                        + "  -d '{\"model\": \"all-minilm-l6-v2\", \"input\": \"The text to embed\"}'",
                "Python",
                "from openai import OpenAI\n\n"
                        + "client = OpenAI(base_url=\"http://localhost:8081/v1\")\n"
                        + "print(client.embeddings.create(model=\"all-minilm-l6-v2\", input=\"The text\"))",
                "JavaScript",
                "import OpenAI from 'openai';\n",
                "Java",
                "OpenAIClient client = OpenAIOkHttpClient.fromEnv();\n");
    }

    private static Map<String, String> ordered(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
