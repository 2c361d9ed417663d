package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.access.ApiKeys;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Projects;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Limits, budgets and promotional credit as people set them, without JavaScript. */
@SoukTest
class LimitPagesTests {
    @Autowired
    ApplicationContext program;

    private Cast cast;
    private Person owner;
    private Person billing;
    private Person developer;
    private TenantId tenant;
    private UUID project = Ids.NIL;
    private UUID key = Ids.NIL;

    @BeforeEach
    void anOrganisationWithAKey() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        billing = cast.person("ben");
        developer = cast.person("dora");
        tenant = cast.organisation(owner);
        cast.join(tenant, owner, billing, MemberRole.BILLING);
        cast.join(tenant, owner, developer, MemberRole.DEVELOPER);
        project = Tenant.get(
                tenant, () -> program.getBean(Projects.class).standard().id());
        key = Tenant.get(
                tenant,
                () -> program.getBean(ApiKeys.class)
                        .create("Nightly", project, null, owner.accountId())
                        .key()
                        .id());
    }

    @Test
    void anOwnerLimitsAKeyAndAProject() {
        Visitor visitor = cast.signedIn(owner);
        assertThat(visitor.get("/keys").body()).contains("/keys/" + key);
        assertThat(visitor.get("/keys/" + key).body()).contains("Nightly", "data-test=\"limit-form\"");

        Visitor.Page saved = visitor.post("/keys/" + key + "/limits", Map.of("requests", "1,200", "concurrent", "5"));
        assertThat(saved.location()).isEqualTo("/keys/" + key);
        assertThat(visitor.get("/keys/" + key).body()).contains("value=\"1200\"", "value=\"5\"");

        Visitor.Page wrong = visitor.post("/keys/" + key + "/limits", Map.of("requests", "many", "tokens", "0"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body())
                .contains("data-test=\"error-requests\"", "data-test=\"error-tokens\"", "value=\"many\"")
                .contains("or leave it empty for no limit.");
        assertThat(visitor.get("/keys/" + key).body()).contains("value=\"1200\"");

        assertThat(visitor.post("/projects/" + project + "/limits", Map.of("tokens", "40000"))
                        .location())
                .isEqualTo("/projects/" + project);
        assertThat(visitor.get("/projects/" + project).body()).contains("value=\"40000\"");
        visitor.post("/keys/" + key + "/limits", Map.of());
        assertThat(cast.signedIn(developer).get("/keys/" + key).body())
                .contains("No limit")
                .doesNotContain("data-test=\"limit-form\"", "data-test=\"budget-form\"");
    }

    @Test
    void whoeverSeesToTheMoneySetsBudgetsAndEverybodySeesThem() {
        Visitor visitor = cast.signedIn(billing);
        for (String path : new String[] {"/keys/" + key, "/projects/" + project, "/organisation/budgets"}) {
            String form = path.startsWith("/organisation") ? path : path + "/budgets";
            assertThat(visitor.post(form, Map.of("amount", "50", "period", "MONTH", "end", "refuse"))
                            .location())
                    .isEqualTo(path);
            visitor.post(form, Map.of("amount", "0.25", "period", "DAY", "end", "tell"));
            String page = visitor.get(path).body();
            assertThat(page)
                    .contains("data-test=\"budget-MONTH\"", "data-test=\"budget-DAY\"", "$50.00", "$0.25")
                    .contains("Calls are refused", "We tell you", "0 %");

            Visitor.Page wrong = visitor.post(form, Map.of("amount", "-3", "period", "WEEK", "end", "x"));
            assertThat(wrong.body())
                    .contains("data-test=\"error-amount\"", "data-test=\"error-period\"", "data-test=\"error-end\"");

            Matcher remove =
                    Pattern.compile("action=\"(/budgets/[^\"]+/remove)\"").matcher(page);
            assertThat(remove.find()).isTrue();
            assertThat(visitor.post(remove.group(1), Map.of()).location()).isEqualTo(path);
            assertThat(visitor.post(remove.group(1), Map.of()).status()).isEqualTo(404);
        }
        assertThat(cast.signedIn(developer).get("/organisation/budgets").body()).contains("$50.00");
    }

    @Test
    void aCommaNeverMultipliesMoney() {
        Visitor admin = cast.signedIn(cast.admin("ada"));
        String credit = "/admin/organisations/" + tenant + "/credit";
        Visitor visitor = cast.signedIn(billing);
        for (String amount : List.of("1,5", "10,50", "1.000,50", ",5", "1000,500", "1,0000")) {
            Visitor.Page given = admin.post(
                    credit, Map.of("id", Ids.next().toString(), "amount", amount, "reason", "Welcome", "until", ""));
            assertThat(given.body()).as(amount).contains("data-test=\"error-amount\"", "a comma only");
            Visitor.Page budget =
                    visitor.post("/organisation/budgets", Map.of("amount", amount, "period", "MONTH", "end", "refuse"));
            assertThat(budget.body()).as(amount).contains("data-test=\"error-amount\"", "a comma only");
        }
        for (Visitor.Page refused : List.of(
                admin.post(
                        credit,
                        Map.of("id", Ids.next().toString(), "amount", "1,500", "reason", "Welcome", "until", "")),
                visitor.post("/organisation/budgets", Map.of("amount", "1,500", "period", "MONTH", "end", "refuse")))) {
            assertThat(refused.body()).contains("data-test=\"error-amount\"", "Write 1500 or 1.50.");
        }
        for (String limit : List.of("1,5", "12,00")) {
            assertThat(cast.signedIn(owner)
                            .post("/keys/" + key + "/limits", Map.of("requests", limit))
                            .body())
                    .contains("data-test=\"error-requests\"");
        }
        assertThat(visitor.get("/organisation/budgets").body()).doesNotContain("data-test=\"budget-MONTH\"");
        assertThat(visitor.get("/billing").body()).doesNotContain("data-test=\"wallet-promotional\"");

        admin.post(credit, Map.of("id", Ids.next().toString(), "amount", "1,000.50", "reason", "Welcome", "until", ""));
        assertThat(visitor.get("/billing").body()).contains("$1,000.50");
        visitor.post("/organisation/budgets", Map.of("amount", "2000", "period", "MONTH", "end", "refuse"));
        assertThat(visitor.get("/organisation/budgets").body()).contains("$2,000.00");
    }

    @Test
    void rolesAreKeptTo() {
        Map<String, String> budget = Map.of("amount", "1", "period", "DAY", "end", "refuse");
        Map<String, String> limit = Map.of("requests", "1");
        assertThat(cast.signedIn(billing)
                        .post("/keys/" + key + "/limits", limit)
                        .status())
                .isEqualTo(403);
        assertThat(cast.signedIn(developer)
                        .post("/keys/" + key + "/limits", limit)
                        .status())
                .isEqualTo(403);
        assertThat(cast.signedIn(developer)
                        .post("/organisation/budgets", budget)
                        .status())
                .isEqualTo(403);
        for (Person person : new Person[] {owner, billing, developer}) {
            Visitor visitor = cast.signedIn(person);
            assertThat(visitor.get("/admin/organisations/" + tenant + "/limits").status())
                    .isEqualTo(404);
            assertThat(visitor.post("/admin/organisations/" + tenant + "/credit", Map.of("amount", "5"))
                            .status())
                    .isEqualTo(404);
        }
        Person stranger = cast.person("sam");
        cast.organisation(stranger);
        Visitor other = cast.signedIn(stranger);
        assertThat(other.get("/keys/" + key).status()).isEqualTo(404);
        assertThat(other.get("/projects/" + project).status()).isEqualTo(404);
        assertThat(other.post("/keys/" + key + "/limits", limit).status()).isEqualTo(404);
        assertThat(other.post("/projects/" + project + "/budgets", budget).status())
                .isEqualTo(404);
    }

    @Test
    void anAdminLimitsAnOrganisationAndAModelAndGivesCredit() {
        Visitor admin = cast.signedIn(cast.admin("ada"));
        String organisation = "/admin/organisations/" + tenant;
        assertThat(admin.get(organisation).body()).contains(organisation + "/limits", organisation + "/credit");
        assertThat(admin.post(organisation + "/limits", Map.of("tokens", "90000"))
                        .location())
                .isEqualTo(organisation + "/limits");
        assertThat(admin.get(organisation).body()).contains("90,000");
        assertThat(cast.signedIn(owner).get("/organisation/budgets").body())
                .contains("90,000")
                .doesNotContain("data-test=\"limit-form\"");

        OfferView model =
                new Stall(program).model(Task.CHAT, Map.of(TokenClass.OUTPUT, 1L), URI.create("http://127.0.0.1:9/v1"));
        String limits = "/admin/models/" + model.id() + "/limits";
        assertThat(admin.post(limits, Map.of("requests", "7")).location()).isEqualTo(limits);
        assertThat(admin.get(limits).body()).contains("value=\"7\"");
        assertThat(admin.post(limits, Map.of("requests", "-7")).body()).contains("data-test=\"error-requests\"");
        assertThat(admin.get("/admin/models/" + Ids.next() + "/limits").status())
                .isEqualTo(404);

        Map<String, String> gift =
                Map.of("id", Ids.next().toString(), "amount", "25", "reason", "Welcome to the market");
        assertThat(admin.post(organisation + "/credit", gift).location()).isEqualTo(organisation + "/credit");
        admin.post(organisation + "/credit", gift);
        assertThat(admin.get(organisation + "/credit").body())
                .containsOnlyOnce("Welcome to the market")
                .contains("$25.00");
        assertThat(cast.signedIn(owner).get("/billing").body()).contains("data-test=\"wallet-promotional\"", "$25.00");
        Visitor.Page wrong = admin.post(
                organisation + "/credit",
                Map.of("id", Ids.next().toString(), "amount", "0", "reason", "", "until", "2020-01-01"));
        assertThat(wrong.body())
                .contains("data-test=\"error-amount\"", "data-test=\"error-reason\"", "data-test=\"error-until\"");
        assertThat(admin.get("/admin/organisations/" + Ids.next() + "/credit").status())
                .isEqualTo(404);
    }
}
