package io.souk.supply.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.catalog.OfferRefused;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.TokenClass;
import io.souk.supply.BackendView;
import io.souk.supply.Backends;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Publishing a model, over HTTP and without script: every step a saved draft, no way around the live test. */
@SoukTest
class WizardTests {
    private static final Pattern OFFER = Pattern.compile("/admin/models/([0-9a-f-]{36})/card");
    private static final String SECRET = "sk-upstream-4711";

    @Autowired
    ApplicationContext program;

    private final FakeBackend backend = FakeBackend.http("/v1", SECRET);
    private Cast cast;
    private Visitor admin;
    private String name;

    @BeforeEach
    void begin() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
        admin = cast.signedIn(cast.admin("ada"));
        name = "wizard-" + UUID.randomUUID();
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    private Map<String, String> task() {
        return Map.of(
                "model",
                name,
                "title",
                "Model " + name,
                "publisher",
                "Tests",
                "task",
                "CHAT",
                "contextTokens",
                "8192",
                "maxOutputTokens",
                "256",
                "licence",
                "MIT");
    }

    private String draft() {
        Visitor.Page page = admin.post("/admin/models", task());
        Matcher offer = OFFER.matcher(page.location());
        assertThat(offer.find()).as(page.location() + page.body()).isTrue();
        return "/admin/models/" + offer.group(1);
    }

    private OfferView offer() {
        return program.getBean(Offers.class).byModel(name).orElseThrow();
    }

    private void card(String at) {
        assertThat(admin.post(at + "/card", Map.of("summary", "One line.", "card", "# What\n<script>x</script>"))
                        .status())
                .isEqualTo(302);
    }

    private Map<String, String> price(String action, String input, String output, String start) {
        Map<String, String> fields = new HashMap<>();
        fields.put("currency", "USD");
        fields.put("price-INPUT", input);
        fields.put("price-OUTPUT", output);
        fields.put("price-REQUEST", "");
        fields.put("startsAt", start);
        fields.put("action", action);
        fields.put(
                "after",
                Integer.toString(
                        program.getBean(PriceBook.class).versions(offer().id()).size()));
        return fields;
    }

    private Map<String, String> backend(String credential) {
        return Map.of(
                "baseUrl",
                backend.baseUrl().toString(),
                "upstreamModel",
                "fake-1",
                "name",
                "one",
                "credential",
                credential,
                "priority",
                "1",
                "weight",
                "1",
                "enabled",
                "true",
                "action",
                "save");
    }

    private String published() {
        String at = draft();
        card(at);
        admin.post(at + "/price", price("save", "0.15", "2", ""));
        admin.post(at + "/backends", backend(SECRET));
        admin.post(at + "/test", Map.of());
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isTrue();
        return at;
    }

    @Test
    void leadsFromAnAddressToALiveModelStepByStep() {
        String at = draft();
        assertThat(admin.get(at + "/task").body()).contains(name, "8192");
        assertThat(cast.visitor().get("/models/" + name).status()).isEqualTo(404);
        card(at);
        assertThat(admin.get(at + "/card").body()).contains("One line.").doesNotContain("<script>x");
        assertThat(admin.get(at + "/review").body())
                .contains("Set a price that is in force now.", "Run the live test", "disabled");

        assertThat(admin.post(at + "/price", price("save", "0.15", "2", "")).location())
                .endsWith("/backends");
        Map<String, String> looked = new HashMap<>(backend(SECRET));
        looked.put("action", "look");
        assertThat(admin.post(at + "/backends", looked).body()).contains("data-test=\"look-found\"", "fake-1");
        admin.post(at + "/backends", backend(SECRET));
        assertThat(admin.get(at + "/backends").body()).contains("one").doesNotContain(SECRET);

        admin.post(at + "/publish", Map.of());
        assertThat(offer().state()).isEqualTo(OfferView.State.DRAFT);

        Visitor.Page tested = admin.post(at + "/test", Map.of());
        assertThat(tested.body()).contains("Every backend answered", "Streamed answer");
        assertThat(backend.seen("/chat/completions")).hasSize(2);
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isTrue();
        assertThat(cast.visitor().get("/models/" + name).body()).contains("One line.", "$0.15");
    }

    @Test
    void goesNotLiveWhenTheLiveTestFailsOrABackendChangedAfterIt() {
        String at = draft();
        card(at);
        admin.post(at + "/price", price("save", "0.15", "2", ""));
        admin.post(at + "/backends", backend(SECRET));
        backend.always(Behaviours.html(200, "<h1>Sign in</h1>"));
        assertThat(admin.post(at + "/test", Map.of()).body())
                .contains("data-test=\"step-problem\"")
                .doesNotContain("Every backend answered");
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isFalse();

        backend.always(Behaviours.answers());
        admin.post(at + "/test", Map.of());
        assertThat(offer().testedAt()).isNotNull();
        admin.post(at + "/backends", backend("another-secret"));
        assertThat(offer().testedAt()).isNull();
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isFalse();
    }

    @Test
    void sendsNoCustomersOfALiveModelToABackendThatDoesNotPassATestCall() {
        String at = published();
        try (FakeBackend spare = FakeBackend.http("/v1", SECRET)) {
            Map<String, String> second = new HashMap<>(backend(SECRET));
            second.put("baseUrl", spare.baseUrl().toString());
            second.put("name", "two");
            spare.always(Behaviours.toCalls(Behaviours.html(200, "<h1>Sign in</h1>")));
            assertThat(admin.post(at + "/backends", second).body()).contains("The model is live", "Nothing was saved");
            assertThat(backends()).hasSize(1);

            Map<String, String> off = new HashMap<>(second);
            off.remove("enabled");
            assertThat(admin.post(at + "/backends", off).status()).isEqualTo(302);
            BackendView saved = backends().stream()
                    .filter(view -> view.name().equals("two"))
                    .findFirst()
                    .orElseThrow();
            assertThat(saved.enabled()).isFalse();
            String edit = at + "/backends/" + saved.id();
            assertThat(admin.post(edit, second).body()).contains("Nothing was saved");

            spare.always(Behaviours.answers());
            second.put("credential", "");
            assertThat(admin.post(edit, second).status()).isEqualTo(302);
            assertThat(backends()).allMatch(BackendView::enabled);

            int asked = spare.seen("/chat/completions").size();
            second.put("weight", "5");
            assertThat(admin.post(edit, second).status()).isEqualTo(302);
            assertThat(spare.seen("/chat/completions")).hasSize(asked);

            second.put("baseUrl", backend.baseUrl().toString());
            assertThat(admin.post(edit, second).body()).contains("The credential was entered for");
            assertThat(spare.seen("/chat/completions")).hasSize(asked);
        }
    }

    private List<BackendView> backends() {
        return program.getBean(Backends.class).of(offer().id());
    }

    @Test
    void saysUnderTheFieldWhatIsWrongAndKeepsWhatWasTyped() {
        Map<String, String> bad = new HashMap<>(task());
        bad.put("model", "No Spaces Allowed");
        Visitor.Page page = admin.post("/admin/models", bad);
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.body()).contains("data-test=\"error-model\"", "No Spaces Allowed");
        bad.put("model", name);
        for (String wrong : List.of("many", "8,19", "1.5")) {
            bad.put("contextTokens", wrong);
            assertThat(admin.post("/admin/models", bad).body())
                    .as(wrong)
                    .contains("data-test=\"error-contextTokens\"", "value=\"" + wrong + "\"");
        }
        bad.put("contextTokens", "8,192");
        for (String line : List.of("licence", "publisher", "title")) {
            Map<String, String> turned = new HashMap<>(bad);
            turned.put(line, "Bright\u202eFuture");
            assertThat(admin.post("/admin/models", turned).body())
                    .as(line)
                    .contains("data-test=\"error-" + line + "\"");
            turned.put(line, "\uD83C\uDFEA".repeat(101));
            assertThat(admin.post("/admin/models", turned).body())
                    .as(line)
                    .contains("has 101 characters, 100 are the most.");
        }

        String at = draft();
        Map<String, String> forbidden = new HashMap<>(backend(SECRET));
        forbidden.put("baseUrl", "http://169.254.169.254/latest");
        Visitor.Page refused = admin.post(at + "/backends", forbidden);
        assertThat(refused.body())
                .contains("data-test=\"error-baseUrl\"", "metadata")
                .doesNotContain(SECRET);
        for (String wrong : List.of("free", "-1", "0.0000001", "99999999999")) {
            assertThat(admin.post(at + "/price", price("save", wrong, "", "")).body())
                    .as(wrong)
                    .contains("data-test=\"form-errors\"");
        }
        assertThat(program.getBean(PriceBook.class).versions(offer().id())).isEmpty();
    }

    @Test
    void saysUnderTheAddressThatItsPortDoesNotExistWhenLookingAndWhenSaving() {
        String at = draft();
        for (String port : List.of("99999", "0", "99999999999")) {
            Map<String, String> typed = new HashMap<>(backend(SECRET));
            typed.put("baseUrl", "http://127.0.0.1:" + port + "/v1");
            for (String action : List.of("look", "save")) {
                typed.put("action", action);
                Visitor.Page page = admin.post(at + "/backends", typed);
                assertThat(page.status()).as(action + " " + port).isEqualTo(422);
                assertThat(page.body())
                        .as(action + " " + port)
                        .contains(
                                "data-test=\"error-baseUrl\"",
                                "Port " + port + " does not exist; ports go from 1 to 65535.")
                        .doesNotContain(SECRET);
            }
        }
        assertThat(backends()).isEmpty();
    }

    @Test
    void takesPricesInTheMarketplacesCurrencyOnly() {
        String at = draft();
        assertThat(admin.get(at + "/price").body())
                .contains("data-test=\"currency\"", "USD")
                .doesNotContain("name=\"currency\"");
        PriceBook prices = program.getBean(PriceBook.class);
        for (String action : List.of("compare", "save")) {
            Map<String, String> foreign = price(action, "0.15", "2", "");
            foreign.put("currency", "EUR");
            assertThat(admin.post(at + "/price", foreign).body())
                    .as(action)
                    .contains("data-test=\"form-errors\"", "charges in USD only", "EUR")
                    .doesNotContain("data-test=\"comparison\"");
        }
        assertThat(prices.versions(offer().id())).isEmpty();
        assertThatThrownBy(() -> prices.newVersion(offer().id(), null, "EUR", Map.of(TokenClass.INPUT, 1L), null))
                .isInstanceOfSatisfying(
                        OfferRefused.class,
                        refused -> assertThat(refused.field()).isEqualTo("currency"));

        Map<String, String> unnamed = price("save", "0.15", "2", "");
        unnamed.remove("currency");
        assertThat(admin.post(at + "/price", unnamed).location()).endsWith("/backends");
        assertThat(prices.versions(offer().id()).getFirst().currency()).isEqualTo("USD");
    }

    @Test
    void aModelPricedInAnotherCurrencyGoesNotLiveUntilItsPriceIsPutRight() {
        String at = draft();
        card(at);
        cast.database
                .sql("insert into catalog.price_versions (id, offer_id, number, currency, starts_at, created_at)"
                        + " values (?, ?, 1, 'EUR', now() - interval '1 minute', now())")
                .params(Ids.next(), offer().id())
                .update();
        admin.post(at + "/backends", backend(SECRET));
        admin.post(at + "/test", Map.of());
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isFalse();
        assertThat(admin.get(at + "/review").body()).contains("Set a price in USD");

        assertThat(admin.post(at + "/price", price("compare", "0.15", "2", "")).body())
                .contains("data-test=\"comparison\"");
        admin.post(at + "/price", price("save", "0.15", "2", ""));
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isTrue();
    }

    @Test
    void aPriceEditShowsBeforeAndAfterAndMakesANewVersionThatStartsLater() {
        String at = published();
        Visitor.Page compared = admin.post(at + "/price", price("compare", "0.30", "2", ""));
        assertThat(compared.body())
                .contains("data-test=\"comparison\"", "data-test=\"change-INPUT\"", "$0.15", "$0.30", "changes")
                // 1,200 x 0.15 and 300 x 2 per million, then 1,200 x 0.30
                .contains("$0.00078", "$0.00096", "data-test=\"new-start\"", "data-test=\"save\"");
        PriceBook prices = program.getBean(PriceBook.class);
        assertThat(prices.versions(offer().id())).hasSize(1);

        Instant before = Instant.now();
        assertThat(admin.post(at + "/price", price("save", "0.30", "2", "")).status())
                .isEqualTo(302);
        List<PriceVersionView> versions = prices.versions(offer().id());
        assertThat(versions).hasSize(2);
        assertThat(versions.get(0).microsPerMillion()).containsEntry(TokenClass.INPUT, 150_000L);
        assertThat(versions.get(1).microsPerMillion()).containsEntry(TokenClass.INPUT, 300_000L);
        assertThat(versions.get(1).startsAt()).isAfter(before.plus(Duration.ofSeconds(60)));
        assertThat(prices.at(offer().id(), Instant.now()).orElseThrow().number())
                .isEqualTo(1);
        assertThat(admin.get(at + "/price").body()).contains("in force", "to come");
        assertThat(cast.visitor().get("/models/" + name).body()).contains("$0.15", "$0.30");
    }

    @Test
    void refusesAPriceThatStartsBeforeEveryGatewayKnowsItAndADoubleClick() {
        String at = published();
        String soon = LocalDateTime.now(ZoneOffset.UTC).plusSeconds(30).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
        for (String action : List.of("compare", "save")) {
            assertThat(admin.post(at + "/price", price(action, "0.30", "2", soon))
                            .body())
                    .contains("data-test=\"form-errors\"", "seconds from now");
        }
        Map<String, String> twice = price("save", "0.30", "2", "");
        admin.post(at + "/price", twice);
        admin.post(at + "/price", twice);
        assertThat(program.getBean(PriceBook.class).versions(offer().id())).hasSize(2);
    }

    @Test
    void withdrawsAModelFromCustomersAndKeepsItsHistory() {
        String at = published();
        assertThat(admin.get(at + "/review").body()).contains("data-test=\"confirm-withdraw\"");
        assertThat(admin.post(at + "/withdraw", Map.of()).status()).isEqualTo(302);
        assertThat(offer().state()).isEqualTo(OfferView.State.WITHDRAWN);
        assertThat(cast.visitor().get("/models?q=" + name).body()).doesNotContain("Model " + name);
        assertThat(cast.visitor().get("/models/" + name).status()).isEqualTo(200);
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).as("published again without a new test").isFalse();
        admin.post(at + "/test", Map.of());
        admin.post(at + "/publish", Map.of());
        assertThat(offer().isLive()).isTrue();
    }

    @Test
    void isThereForAdminsOnly() {
        String at = draft();
        Person owner = cast.person("olga");
        cast.organisation(owner);
        Visitor customer = cast.signedIn(owner);
        for (String path : List.of(
                "/admin/models",
                "/admin/models/new",
                "/admin/backends",
                at + "/task",
                at + "/card",
                at + "/price",
                at + "/backends",
                at + "/test",
                at + "/review")) {
            assertThat(customer.get(path).status()).as(path).isEqualTo(404);
            assertThat(cast.visitor().get(path).location()).as(path).isEqualTo("/sign-in");
            assertThat(admin.get(path).status()).as(path).isEqualTo(200);
        }
        for (String path : List.of("/task", "/card", "/price", "/backends", "/test", "/publish", "/withdraw")) {
            assertThat(customer.post(at + path, task()).status()).as(path).isEqualTo(404);
        }
        assertThat(customer.post("/admin/models", task()).status()).isEqualTo(404);
        assertThat(offer().title()).isEqualTo("Model " + name);
    }

    @Test
    void refusesTitlesAndNamesThatAreNotOneLineOfPlainText() {
        Map<String, String> bad = new HashMap<>(task());
        bad.put("title", "Small\u202emodel");
        assertThat(admin.post("/admin/models", bad).body()).contains("data-test=\"error-title\"", "is one line");
        String at = draft();
        Map<String, String> backend = new HashMap<>(backend(SECRET));
        backend.put("name", "rack\u202e1");
        assertThat(admin.post(at + "/backends", backend).body())
                .contains("data-test=\"error-name\"", "A name is one line");
    }
}
