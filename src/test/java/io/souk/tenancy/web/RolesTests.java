package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.identity.Person;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.support.SoukTest;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Members;
import io.souk.tenancy.MembershipChange;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Who may do what in an organisation, route by route, over HTTP. */
@SoukTest
class RolesTests {
    @Autowired
    ApplicationContext context;

    Cast cast;
    Person owner;
    Person billing;
    Person developer;
    TenantId tenant;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        billing = cast.person("bill");
        developer = cast.person("deva");
        tenant = cast.organisation(owner);
        cast.join(tenant, owner, billing, MemberRole.BILLING);
        cast.join(tenant, owner, developer, MemberRole.DEVELOPER);
    }

    /** What only an owner may send, with fields that would do no harm. */
    private List<Map.Entry<String, Map<String, String>>> ownersForms() {
        UUID nobody = UUID.randomUUID();
        return List.of(
                Map.entry("/organisation/name", Map.of("name", "Taken over")),
                Map.entry("/organisation/members/" + owner.accountId() + "/role", Map.of("role", "DEVELOPER")),
                Map.entry("/organisation/members/" + owner.accountId() + "/remove", Map.of()),
                Map.entry("/organisation/invitations", Map.of("email", Cast.email("x"), "role", "OWNER")),
                Map.entry("/organisation/invitations/" + nobody + "/revoke", Map.of()),
                Map.entry("/organisation/projects", Map.of("name", "Mine")),
                Map.entry("/organisation/clients", Map.of("name", "Mine", "scope", "keys.write")),
                Map.entry("/organisation/clients/" + nobody + "/revoke", Map.of()));
    }

    @Test
    void letsOnlyOwnersRunTheOrganisation() {
        for (Person person : List.of(billing, developer)) {
            Visitor visitor = cast.signedIn(person);
            assertThat(visitor.get("/organisation").status()).isEqualTo(200);
            assertThat(visitor.get("/organisation").body()).doesNotContain("invite-form", "What was done");
            for (var form : ownersForms()) {
                Visitor.Page page = visitor.post(form.getKey(), form.getValue());
                assertThat(page.status())
                        .as(person.name() + " " + form.getKey())
                        .isEqualTo(403);
                assertThat(page.body()).contains("data-test=\"role-missing\"");
            }
            assertThat(visitor.get("/organisation/clients").status()).isEqualTo(403);
            assertThat(visitor.get("/organisation").body()).doesNotContain("href=\"/organisation/clients\"");
        }
        Visitor owners = cast.signedIn(owner);
        assertThat(owners.get("/organisation").body()).contains("href=\"/organisation/clients\"");
        assertThat(owners.get("/organisation").body()).contains("invite-form", "olga Ltd");
        assertThat(owners.get("/organisation/clients").status()).isEqualTo(200);
    }

    @Test
    void sendsVisitorsToTheSignInForEachOfThem() {
        for (var form : ownersForms()) {
            assertThat(cast.visitor().post(form.getKey(), form.getValue()).location())
                    .as(form.getKey())
                    .isEqualTo("/sign-in");
        }
    }

    @Test
    void showsAnOtherOrganisationsPeopleAndThingsToNobody() {
        Person stranger = cast.person("stan");
        TenantId theirs = cast.organisation(stranger);
        Visitor visitor = cast.signedIn(stranger);
        assertThat(visitor.get("/organisation").body()).doesNotContain(owner.email(), developer.email());
        assertThat(visitor.post("/organisation/members/" + developer.accountId() + "/remove", Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(visitor.post("/organisation/members/" + developer.accountId() + "/role", Map.of("role", "OWNER"))
                        .status())
                .isEqualTo(404);
        assertThat(visitor.post("/organisation/switch", Map.of("organisation", tenant.toString()))
                        .status())
                .isEqualTo(404);
        cast.signedIn(owner).post("/organisation/clients", Map.of("name", "Nightly", "scope", "keys.read"));
        cast.signedIn(owner).post("/organisation/invitations", Map.of("email", Cast.email("i"), "role", "DEVELOPER"));
        for (String table : List.of("api_clients", "invitations")) {
            UUID id = cast.database
                    .sql("select id from tenancy." + table + " where tenant_id = ? order by created_at desc limit 1")
                    .param(tenant.value())
                    .query(UUID.class)
                    .single();
            String path = table.equals("api_clients") ? "clients" : "invitations";
            assertThat(visitor.post("/organisation/" + path + "/" + id + "/revoke", Map.of())
                            .status())
                    .isEqualTo(404);
        }
        assertThat(visitor.get("/organisation/clients").body()).doesNotContain("Nightly");
        assertThat(theirs).isNotEqualTo(tenant);
    }

    @Test
    void takesAccessFromARemovedMemberAtOnce() {
        Visitor removed = cast.signedIn(developer);
        assertThat(removed.get("/organisation").status()).isEqualTo(200);
        cast.signedIn(owner).post("/organisation/members/" + developer.accountId() + "/remove", Map.of());
        assertThat(removed.get("/organisation").location()).isEqualTo("/organisation/new");
        assertThat(removed.get("/organisation/new").body()).contains("You belong to no organisation.");
    }

    @Test
    void letsANewRoleHoldFromTheNextRequestOn() {
        Visitor promoted = cast.signedIn(developer);
        assertThat(promoted.get("/organisation/clients").status()).isEqualTo(403);
        cast.signedIn(owner).post("/organisation/members/" + developer.accountId() + "/role", Map.of("role", "OWNER"));
        assertThat(promoted.get("/organisation/clients").status()).isEqualTo(200);
        assertThat(cast.signedIn(owner).get("/organisation").body()).contains("Member role changed");
    }

    @Test
    void keepsTheLastOwner() {
        Visitor visitor = cast.signedIn(owner);
        for (String change : List.of("/remove", "/role")) {
            Visitor.Page refused =
                    visitor.post("/organisation/members/" + owner.accountId() + change, Map.of("role", "DEVELOPER"));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body()).contains("This is the last owner");
        }
        assertThat(visitor.get("/organisation/clients").status()).isEqualTo(200);
    }

    @Test
    void keepsOneOwnerWhenTwoGoAtOnce() throws Exception {
        Members members = context.getBean(Members.class);
        Tenant.run(tenant, () -> members.changeRole(developer.accountId(), MemberRole.OWNER, owner.accountId()));
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Callable<MembershipChange>> leaving = List.of(
                    () -> Tenant.get(tenant, () -> members.remove(owner.accountId(), owner.accountId())),
                    () -> Tenant.get(tenant, () -> members.remove(developer.accountId(), developer.accountId())));
            int done = 0;
            for (Future<MembershipChange> change : both.invokeAll(leaving, 20, TimeUnit.SECONDS)) {
                done += change.get() instanceof MembershipChange.Done ? 1 : 0;
            }
            assertThat(done).isEqualTo(1);
        }
        assertThat(cast.database
                        .sql("select count(*) from tenancy.members where tenant_id = ? and role = 'owner'")
                        .param(tenant.value())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void switchesBetweenOrganisationsOfOnePerson() {
        TenantId second = cast.organisation(owner);
        Visitor visitor = cast.signedIn(owner);
        visitor.post("/organisation/name", Map.of("name", "First house"));
        visitor.post("/organisation/switch", Map.of("organisation", second.toString()));
        visitor.post("/organisation/name", Map.of("name", "Second house"));
        assertThat(names(tenant)).isEqualTo("First house");
        assertThat(names(second)).isEqualTo("Second house");
        visitor.post("/organisation/new", Map.of("name", "Third house"));
        assertThat(visitor.get("/organisation").body()).contains("<h1>Third house</h1>");
    }

    private String names(TenantId organisation) {
        return cast.database
                .sql("select name from tenancy.organisations where id = ?")
                .param(organisation.value())
                .query(String.class)
                .single();
    }

    @Test
    void hidesTheAdministrationFromEverybodyElse() {
        for (Person person : List.of(owner, billing, developer)) {
            assertThat(cast.signedIn(person).get("/admin/anything").status()).isEqualTo(404);
            assertThat(cast.signedIn(person).get("/admin/local-stripe").status())
                    .isEqualTo(404);
        }
        assertThat(cast.visitor().get("/admin/models").location()).isEqualTo("/sign-in");
        assertThat(cast.signedIn(cast.admin("root")).get("/admin/local-stripe").status())
                .isEqualTo(200);
    }

    @Test
    void refusesNamesThatAreTooLongOrEmptyAndAddressesThatAreNone() {
        Visitor visitor = cast.signedIn(owner);
        for (String name : List.of(" ", "x".repeat(101))) {
            assertThat(visitor.post("/organisation/name", Map.of("name", name)).body())
                    .contains("A name has 1 to 100 characters.");
            assertThat(visitor.post("/organisation/projects", Map.of("name", name))
                            .body())
                    .contains("name has 1 to 100 characters.");
            assertThat(visitor.post("/organisation/new", Map.of("name", name)).body())
                    .contains("data-test=\"error-name\"");
        }
        assertThat(visitor.post("/organisation/invitations", Map.of("email", "nonsense", "role", "OWNER"))
                        .body())
                .contains("is no e-mail address");
        assertThat(visitor.post("/organisation/invitations", Map.of("email", Cast.email("x"), "role", "KING"))
                        .status())
                .isEqualTo(400);
        assertThat(names(tenant)).isEqualTo("olga Ltd");
    }

    @Test
    void refusesNamesThatAreNotOneLineOfPlainText() {
        Visitor visitor = cast.signedIn(owner);
        String name = "Bright\u202eFuture";
        assertThat(visitor.post("/organisation/name", Map.of("name", name)).body())
                .contains("A name is one line");
        assertThat(visitor.post("/organisation/projects", Map.of("name", "two\nlines"))
                        .body())
                .contains("A name is one line");
        assertThat(visitor.post("/organisation/clients", Map.of("name", name, "scope", "keys.read"))
                        .body())
                .contains("A name is one line");
        assertThat(visitor.post("/organisation/invitations", Map.of("email", "x\u202e@example.org", "role", "OWNER"))
                        .body())
                .contains("Nobody was invited.");
        assertThat(visitor.get("/organisation").body()).doesNotContain("\u202e");
        for (String path : List.of("/organisation/new", "/account/name", "/keys")) {
            assertThat(visitor.post(path, Map.of("name", name, "project", "", "expiry", "never"))
                            .body())
                    .as(path)
                    .contains("data-test=\"error-name\"", "A name is one line");
        }
        assertThat(names(tenant)).isEqualTo("olga Ltd");
    }

    @Test
    void answersANulWithTheWordsForItOnEveryForm() {
        Visitor visitor = cast.signedIn(owner);
        for (String path : List.of(
                "/organisation/name",
                "/organisation/projects",
                "/organisation/invitations",
                "/organisation/new",
                "/account/name",
                "/keys")) {
            Visitor.Page page = visitor.post(path, Map.of("name", "a\u0000b", "email", "a\u0000@b", "role", "OWNER"));
            assertThat(page.status()).as(path).isEqualTo(400);
            assertThat(page.body()).as(path).contains("a control character that cannot be kept");
        }
        Visitor admin = cast.signedIn(cast.admin("root"));
        for (String path : List.of(
                "/admin/organisations?q=%00", "/admin/people?q=%00", "/admin/calls?organisation=%00&model=%00")) {
            assertThat(admin.get(path).status()).as(path).isEqualTo(400);
        }
        assertThat(admin.post("/admin/models", Map.of("title", "a\u0000b")).status())
                .isEqualTo(400);
    }
}
