package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.access.ApiKeys;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Projects;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** A form that cannot be taken is answered 422, by itself, with what was typed and what is wrong. */
@SoukTest
class RefusedFormsTests {
    /** Routes with nothing to type, or without a page of ours. */
    private static final Set<String> BUTTONS = Set.of(
            "/account/sessions/end",
            "/admin/journals/{id}/lost",
            "/admin/models/{id}/backends/{backend}/remove",
            "/admin/models/{id}/publish",
            "/admin/models/{id}/test",
            "/admin/models/{id}/withdraw",
            "/admin/organisations/{id}/billing/withdraw",
            "/billing/top-ups/{id}/cancel",
            "/budgets/{id}/remove",
            "/forgot-password",
            "/invitations/{token}/accept",
            "/keys/{id}/revoke",
            "/organisation/clients/{id}/revoke",
            "/organisation/invitations/{id}/revoke",
            "/organisation/members/{accountId}/remove",
            "/organisation/switch",
            "/sample-key",
            "/subscriptions",
            "/subscriptions/{offer}/end",
            "/verify/again",
            // the local Stripe's own: its page is Stripe's, and its tests hold its statuses
            "/local/stripe/checkout/{id}",
            "/local/stripe/checkout/{id}/authentication",
            "/local/stripe/control/{action}",
            "/webhooks/stripe");

    private static final String WRONG = "<wrong>\u202e";
    private static final String SHOWN = "&lt;wrong&gt;";

    @Autowired
    ApplicationContext program;

    private Cast cast;

    @BeforeEach
    void begin() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
    }

    /** @param shows what the page has, beside the form: what was typed, or what is wrong */
    private record Form(String route, Visitor visitor, String path, Map<String, String> fields, String shows) {
        Form(String route, Visitor visitor, Map<String, String> fields, String shows) {
            this(route, visitor, route, fields, shows);
        }
    }

    private List<Form> forms() {
        Person owner = cast.person("olga");
        TenantId tenant = cast.organisation(owner);
        Person admin = cast.admin("ada");
        cast.organisation(admin);
        Visitor owners = cast.signedIn(owner);
        Visitor admins = cast.signedIn(admin);
        Visitor nobody = cast.visitor();
        String project = Tenant.get(
                tenant, () -> program.getBean(Projects.class).standard().id().toString());
        String key = Tenant.get(
                tenant,
                () -> program.getBean(ApiKeys.class)
                        .create("Nightly", UUID.fromString(project), null, owner.accountId())
                        .key()
                        .id()
                        .toString());
        String invited = Cast.email("ina");
        Tenant.run(
                tenant,
                () -> program.getBean("transactions", TransactionTemplate.class)
                        .executeWithoutResult(
                                _ -> program.getBean(Invitations.class).invite(invited, MemberRole.DEVELOPER, owner)));
        String invitation = cast.linkMailedTo(invited);
        String name = "refused-" + UUID.randomUUID();
        String draft = admins.post(
                        "/admin/models", Map.of("model", name, "title", name, "publisher", "Tests", "task", "CHAT"))
                .location()
                .replaceFirst("/card$", "");
        String backend;
        try (FakeBackend server = FakeBackend.http("/v1", null)) {
            admins.post(
                    draft + "/backends",
                    Map.of("baseUrl", server.baseUrl().toString(), "upstreamModel", "one", "enabled", "true"));
            backend = cast.database
                    .sql("select id from supply.backends where offer_id = ?")
                    .param(UUID.fromString(draft.substring("/admin/models/".length())))
                    .query(UUID.class)
                    .single()
                    .toString();
        }
        String organisation = "/admin/organisations/" + tenant.value();
        Map<String, String> budget = Map.of("amount", WRONG, "period", "DAY", "end", "refuse");
        List<Form> forms = new ArrayList<>(List.of(
                new Form("/sign-in", nobody, Map.of("email", WRONG, "password", "x"), SHOWN),
                new Form("/sign-up", nobody, Map.of("name", "Ada", "email", WRONG, "password", "short"), SHOWN),
                new Form("/reset-password", nobody, Map.of("token", "x", "password", "x"), "no longer works"),
                new Form("/verify", nobody, Map.of("token", "x"), "no longer works"),
                new Form(
                        "/invitations/{token}/join",
                        nobody,
                        invitation + "/join",
                        Map.of("name", WRONG, "password", "short"),
                        SHOWN),
                new Form("/account/name", owners, Map.of("name", WRONG), SHOWN),
                new Form("/account/password", owners, Map.of("present", "x", "password", "y"), "field-error"),
                new Form("/organisation/new", owners, Map.of("name", WRONG), SHOWN),
                new Form("/organisation/name", owners, Map.of("name", WRONG), SHOWN),
                new Form("/organisation/invitations", owners, Map.of("email", WRONG, "role", "BILLING"), SHOWN),
                new Form("/organisation/projects", owners, Map.of("name", WRONG), SHOWN),
                new Form(
                        "/organisation/members/{accountId}/role",
                        owners,
                        "/organisation/members/" + owner.accountId() + "/role",
                        Map.of("role", "BILLING"),
                        "the last owner"),
                new Form("/organisation/clients", owners, Map.of("name", WRONG, "scope", "keys.read"), SHOWN),
                new Form("/organisation/budgets", owners, budget, SHOWN),
                new Form("/projects/{id}/budgets", owners, "/projects/" + project + "/budgets", budget, SHOWN),
                new Form("/keys/{id}/budgets", owners, "/keys/" + key + "/budgets", budget, SHOWN),
                new Form("/keys", owners, Map.of("name", WRONG, "project", project, "expiry", "30"), SHOWN),
                new Form("/billing/top-ups", owners, Map.of("amount", "12,5"), "12,5"),
                new Form("/admin/models", admins, Map.of("model", WRONG), SHOWN),
                new Form("/admin/local-stripe/clock", admins, Map.of("days", "x"), "It was not moved")));
        for (String limits : List.of("/keys/" + key, "/projects/" + project)) {
            forms.add(new Form(
                    limits.replaceFirst("/[^/]+$", "/{id}/limits"),
                    owners,
                    limits + "/limits",
                    Map.of("requests", WRONG),
                    SHOWN));
        }
        for (String limits : List.of(draft, organisation)) {
            forms.add(new Form(
                    limits.replaceFirst("/[^/]+$", "/{id}/limits"),
                    admins,
                    limits + "/limits",
                    Map.of("requests", WRONG),
                    SHOWN));
        }
        forms.add(new Form(
                "/admin/organisations/{organisation}/credit",
                admins,
                organisation + "/credit",
                Map.of("amount", WRONG),
                SHOWN));
        forms.add(new Form(
                "/admin/organisations/{id}/billing/approve",
                admins,
                organisation + "/billing/approve",
                Map.of("line", WRONG),
                SHOWN));
        for (Map.Entry<String, Map<String, String>> step : Map.of(
                        "/task",
                        Map.of("model", WRONG),
                        "/card",
                        Map.of("summary", WRONG),
                        "/price",
                        Map.of("price-INPUT", WRONG),
                        "/backends",
                        Map.of("baseUrl", WRONG))
                .entrySet()) {
            forms.add(new Form(
                    "/admin/models/{id}" + step.getKey(), admins, draft + step.getKey(), step.getValue(), SHOWN));
        }
        forms.add(new Form(
                "/admin/models/{id}/backends/{backend}",
                admins,
                draft + "/backends/" + backend,
                Map.of("baseUrl", WRONG),
                SHOWN));
        OfferView live =
                new Stall(program).model(Task.CHAT, Map.of(TokenClass.INPUT, 1L), URI.create("http://127.0.0.1:1/v1"));
        forms.add(new Form("/try", owners, Map.of("offer", live.id().toString(), "input", WRONG), SHOWN));
        return forms;
    }

    @Test
    void areShownAgainWithStatus422() {
        Set<String> known = new TreeSet<>(BUTTONS);
        for (Form form : forms()) {
            Visitor.Page page = form.visitor.post(form.path, form.fields);
            assertThat(page.status()).as(form.route + " " + page.location()).isEqualTo(422);
            assertThat(page.body())
                    .as(form.route)
                    .contains(form.shows)
                    .containsPattern("field-error|tone-bad|link-dead")
                    .doesNotContain("<wrong>");
            known.add(form.route);
        }
        Set<String> posted = new TreeSet<>();
        program.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(route -> {
                    if (route.getMethodsCondition().getMethods().contains(RequestMethod.POST)) {
                        posted.addAll(route.getPatternValues());
                    }
                });
        posted.removeIf(path -> path.startsWith("/api/"));
        assertThat(known).as("forms: is a new one shown again with 422?").isEqualTo(posted);
    }
}
