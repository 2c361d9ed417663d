package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.access.ApiKeys;
import io.souk.access.CreatedKey;
import io.souk.billing.Wallets;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.subscriptions.Subscriptions;
import io.souk.supply.Backends;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.Projects;
import io.souk.usage.UsageCall;
import io.souk.usage.UsageQuery;
import io.souk.usage.UsageReports;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What whoever runs this Souk sees of organisations, people and calls; and that nobody else sees any of it. */
@SoukTest
class AdministrationTests {
    private static final String ANSWER = "A private answer";
    private static final String PROMPT = "A very private question";

    @Autowired
    ApplicationContext program;

    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Cast cast;
    private Visitor admin;
    private Person owner;
    private TenantId tenant;
    private OfferView model;
    private String key;

    @BeforeEach
    void aCustomerWhoCalled() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
        admin = cast.signedIn(cast.admin("ada"));
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        model = new Stall(program)
                .model(
                        Task.CHAT,
                        Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L),
                        backend.baseUrl());
        CreatedKey created = Tenant.get(tenant, () -> {
            program.getBean(Wallets.class).credit(Money.ofMinor(1_000, "USD"), "topup:" + tenant, "Top-up by card");
            program.getBean(Subscriptions.class).subscribe(model.id(), owner.accountId());
            return program.getBean(ApiKeys.class)
                    .create(
                            "Nightly key",
                            program.getBean(Projects.class).standard().id(),
                            null,
                            owner.accountId());
        });
        key = created.secret();
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    private UsageCall called() {
        backend.always(Behaviours.chat(ANSWER, 120, 30));
        await().atMost(Duration.ofSeconds(5)).until(() -> chat() == 200);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        UsageQuery query = UsageQuery.days(today.minusDays(1), today);
        return await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> Tenant.get(
                                tenant,
                                () -> program.getBean(UsageReports.class)
                                        .calls(query, "", 10)
                                        .calls()),
                        calls -> !calls.isEmpty())
                .getFirst();
    }

    private int chat() {
        String gateway = program.getEnvironment().getRequiredProperty("souk.gateway.port");
        return cast.visitor()
                .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model.model()
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]}")))
                .status();
    }

    @Test
    void findsAnOrganisationByNameAddressOrIdWithWhatItHasLeftAndUsed() {
        called();
        for (String search : List.of(tenant.toString(), owner.email())) {
            assertThat(admin.get("/admin/organisations?q=" + search).body())
                    .contains("olga Ltd", owner.email(), "/admin/organisations/" + tenant)
                    // 10 less 120 x 1 and 30 x 2 per million
                    .contains("data-nanos=\"9999820000\"", "in advance", "/admin/calls?range=month&amp;organisation=")
                    .containsOnlyOnce("data-test=\"organisation-row-");
        }
        assertThat(admin.get("/admin/organisations?q=OLGA").body()).contains("olga Ltd");
        assertThat(admin.get("/admin/organisations?q=nobody-is-called-so").body())
                .contains("No such organisation");
    }

    @Test
    void showsEverythingOfAnOrganisationButItsSecretsAndWhatWasSaid() {
        UsageCall call = called();
        String page = admin.get("/admin/organisations/" + tenant).body();
        assertThat(page)
                .contains(owner.email(), "Owner", "Nightly key", "sk-souk-", model.model())
                .contains("Top-up by card", "data-nanos=\"10000000000\"", "data-nanos=\"-180000\"")
                .contains("/admin/calls/" + call.id(), "Organisation created", "Key created", "Model subscribed")
                .doesNotContain(key, PROMPT, ANSWER);
        assertThat(admin.get("/admin/organisations/" + UUID.randomUUID()).status())
                .isEqualTo(404);
        assertThat(admin.get("/admin/organisations/nonsense").status()).isIn(400, 404);
    }

    @Test
    void findsCallsOfEverybodyByWhoseTheyAreWhereTheyWentAndHowTheyEnded() {
        UsageCall call = called();
        UUID served = program.getBean(Backends.class).of(model.id()).getFirst().id();
        String row = "data-test=\"call-" + call.id() + "\"";
        for (String filter : List.of(
                "",
                "?organisation=" + tenant,
                "?organisation=" + owner.email(),
                "?model=" + model.model(),
                "?backend=" + served + "&model=" + model.model(),
                "?reason=completed&status=2xx&model=" + model.model(),
                "?status=200&range=today&organisation=" + tenant)) {
            assertThat(admin.get("/admin/calls" + filter).body()).as(filter).contains(row, "olga Ltd");
        }
        for (String filter : List.of(
                "?organisation=nobody-is-called-so",
                "?organisation=" + UUID.randomUUID(),
                "?model=no-such-model",
                "?backend=" + UUID.randomUUID(),
                "?reason=cancelled",
                "?status=5xx",
                "?from=2020-01-01&to=2020-01-02")) {
            assertThat(admin.get("/admin/calls" + filter).body()).as(filter).doesNotContain(row);
        }
        assertThat(admin.get("/admin/calls?after=nonsense&organisation=" + tenant)
                        .body())
                .contains(row);
    }

    @Test
    void tellsTheStoryOfACallWithoutWhatWasSaid() {
        UsageCall call = called();
        assertThat(admin.get("/admin/calls/" + call.id()).body())
                .contains("data-test=\"timeline\"", "Admitted", "Settled", "olga Ltd", "Nightly key", call.requestId())
                .contains("0.000180000 USD", ">one<")
                .doesNotContain(PROMPT, ANSWER, key);
        assertThat(admin.get("/admin/calls/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(cast.signedIn(owner).get("/usage/calls/" + call.id()).body())
                .contains("data-test=\"timeline\"", "0.000180000 USD");
    }

    @Test
    void findsPeopleByNameAndAddress() {
        assertThat(admin.get("/admin/people?q=" + owner.email()).body())
                .contains(owner.email(), "Verified", "/admin/organisations/" + tenant)
                .containsOnlyOnce("data-test=\"person-");
        assertThat(admin.get("/admin/people?q=nobody-is-called-so").body()).contains("Nobody of that name");
    }

    @Test
    void goesOnToOlderOrganisationsAndBack() {
        String first = admin.get("/admin/organisations?q=Ltd").body();
        assertThat(first).contains("data-test=\"organisations\"").doesNotContain("data-test=\"previous\"");
        String second = admin.get("/admin/organisations?q=Ltd&page=2").body();
        assertThat(second).contains("data-test=\"previous\"", "/admin/organisations?q=Ltd&amp;page=1");
        assertThat(admin.get("/admin/organisations?page=nonsense").status()).isEqualTo(200);
    }

    @Test
    void isThereForAdminsOnly() {
        List<String> paths = List.of(
                "/admin/organisations",
                "/admin/organisations/" + tenant,
                "/admin/people",
                "/admin/calls",
                "/admin/calls/" + UUID.randomUUID());
        Visitor owners = cast.signedIn(owner);
        for (String path : paths) {
            assertThat(owners.get(path).status()).as(path).isEqualTo(404);
            assertThat(cast.visitor().get(path).location()).as(path).isEqualTo("/sign-in");
        }
        assertThat(owners.get("/overview").body()).doesNotContain("/admin/");
        assertThat(admin.get("/admin/organisations").body())
                .contains("href=\"/admin/organisations\"", "href=\"/admin/people\"", "href=\"/admin/calls\"");
    }
}
