package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.billing.Wallets;
import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.identity.SentForms;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.subscriptions.Subscriptions;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.Organisations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A form that is sent twice, by a double click or a reload, does its work once, and the second sending says so. */
@SoukTest
class SentTwiceTests {
    private static final String AGAIN = "data-test=\"again\"";

    @Autowired
    ApplicationContext program;

    private Cast cast;
    private Person owner;
    private TenantId tenant;
    private Visitor visitor;

    @BeforeEach
    void begin() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        visitor = cast.signedIn(owner);
    }

    /** Sends a form as it stands on a page, twice. */
    private List<Visitor.Page> twice(Visitor who, String page, String action, Map<String, String> typed) {
        String body = who.get(page).body();
        int form = body.indexOf("action=\"" + action + "\"");
        assertThat(form).as(action).isPositive();
        Matcher sending = Pattern.compile("name=\"sending\" value=\"([^\"]+)\"").matcher(body);
        assertThat(sending.find(form)).as(action).isTrue();
        Map<String, String> fields = new HashMap<>(typed);
        fields.put("sending", sending.group(1));
        List<Visitor.Page> answers = new ArrayList<>(List.of(who.post(action, fields)));
        // what followed the first sending is shown before the second one is made
        who.get(answers.getFirst().location());
        answers.add(who.post(action, fields));
        return answers;
    }

    private String shown(Visitor who, Visitor.Page answer) {
        assertThat(answer.status()).isEqualTo(302);
        return who.get(answer.location()).body();
    }

    private long count(String table, String name) {
        return cast.database
                .sql("select count(*) from " + table + " where name = ?")
                .param(name)
                .query(Long.class)
                .single();
    }

    @Test
    void makesOneKeyAndSaysThatItWasShown() {
        String name = "Nightly " + UUID.randomUUID();
        List<Visitor.Page> answers =
                twice(visitor, "/keys/new", "/keys", Map.of("name", name, "project", project(), "expiry", "30"));
        assertThat(count("access.api_keys", name)).isEqualTo(1);
        assertThat(shown(visitor, answers.getLast()))
                .contains(AGAIN, "revoke it and create another", name)
                .doesNotContain("created</");
        // another form makes another
        twice(visitor, "/keys/new", "/keys", Map.of("name", name, "project", project(), "expiry", "30"));
        assertThat(count("access.api_keys", name)).isEqualTo(2);
    }

    private String project() {
        return Tenant.get(
                tenant,
                () -> program.getBean(io.souk.tenancy.Projects.class)
                        .standard()
                        .id()
                        .toString());
    }

    @Test
    void sendsOneInvitation() {
        String email = Cast.email("ina");
        List<Visitor.Page> answers = twice(
                visitor, "/organisation", "/organisation/invitations", Map.of("email", email, "role", "DEVELOPER"));
        assertThat(cast.mailsTo(email)).isEqualTo(1);
        assertThat(shown(visitor, answers.getLast())).contains(AGAIN, email);
    }

    @Test
    void makesOneClientOneProjectAndOneOrganisation() {
        String client = "Client " + UUID.randomUUID();
        assertThat(shown(
                        visitor,
                        twice(
                                        visitor,
                                        "/organisation/clients",
                                        "/organisation/clients",
                                        Map.of("name", client, "scope", "keys.read"))
                                .getLast()))
                .contains(AGAIN);
        assertThat(count("tenancy.api_clients", client)).isEqualTo(1);

        String project = "Project " + UUID.randomUUID();
        assertThat(shown(
                        visitor,
                        twice(visitor, "/organisation", "/organisation/projects", Map.of("name", project))
                                .getLast()))
                .contains(AGAIN)
                .doesNotContain("There is a project of that name");
        assertThat(count("tenancy.projects", project)).isEqualTo(1);

        String organisation = "Organisation " + UUID.randomUUID();
        twice(visitor, "/organisation/new", "/organisation/new", Map.of("name", organisation));
        assertThat(count("tenancy.organisations", organisation)).isEqualTo(1);
        assertThat(program.getBean(Organisations.class).of(owner.accountId())).hasSize(2);
    }

    @Test
    void beginsOneModelWithOneBackend() {
        Visitor admin = cast.signedIn(cast.admin("ada"));
        String name = "twice-" + UUID.randomUUID();
        List<Visitor.Page> answers = twice(
                admin,
                "/admin/models/new",
                "/admin/models",
                Map.of("model", name, "title", name, "publisher", "Tests", "task", "CHAT"));
        assertThat(shown(admin, answers.getLast())).contains(AGAIN, name);
        String draft = answers.getFirst().location().replaceFirst("/card$", "");
        try (FakeBackend server = FakeBackend.http("/v1", null)) {
            List<Visitor.Page> added = twice(
                    admin,
                    draft + "/backends",
                    draft + "/backends",
                    Map.of("baseUrl", server.baseUrl().toString(), "upstreamModel", "one", "enabled", "true"));
            assertThat(shown(admin, added.getLast())).contains(AGAIN);
        }
        assertThat(cast.database
                        .sql("select count(*) from supply.backends where offer_id = ?")
                        .param(UUID.fromString(draft.substring("/admin/models/".length())))
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void callsTheTriedModelOnce() {
        try (FakeBackend server = FakeBackend.http("/v1", "backend-secret")) {
            OfferView model = new Stall(program).model(Task.CHAT, Map.of(TokenClass.INPUT, 1L), server.baseUrl());
            Tenant.run(tenant, () -> {
                program.getBean(Wallets.class).wallet();
                program.getBean(Wallets.class).credit(new Money(1_000_000_000, "USD"), "topup:" + tenant, "Top-up");
                program.getBean(Subscriptions.class).subscribe(model.id(), null);
            });
            String page = "/models/" + model.model();
            Matcher sending = Pattern.compile("name=\"sending\" form=\"try-form\" value=\"([^\"]+)\"")
                    .matcher(visitor.get(page).body());
            assertThat(sending.find()).isTrue();
            Map<String, String> form =
                    Map.of("offer", model.id().toString(), "input", "Hello", "sending", sending.group(1));
            Visitor.Page first = visitor.post("/try", form);
            assertThat(first.body()).contains("data-test=\"try-answer\"");
            Visitor.Page second = visitor.post("/try", form);
            assertThat(second.body())
                    .contains("data-test=\"try-problem\"", "ran then, once", ">Hello</textarea>")
                    .doesNotContain("data-test=\"try-answer\"");
            assertThat(server.seen("/chat/completions")).hasSize(1);
            // the answer brought the form another id
            Matcher next = Pattern.compile("name=\"sending\" form=\"try-form\" value=\"([^\"]+)\"")
                    .matcher(first.body());
            assertThat(next.find()).isTrue();
            assertThat(visitor.post(
                                    "/try",
                                    Map.of("offer", model.id().toString(), "input", "Hello", "sending", next.group(1)))
                            .body())
                    .contains("data-test=\"try-answer\"");

            List<Visitor.Page> keys = twice(
                    visitor, page, "/sample-key", Map.of("offer", model.id().toString()));
            assertThat(cast.database
                            .sql("select count(*) from access.api_keys where name = ? and tenant_id = ?")
                            .params("Samples of " + model.title(), tenant.value())
                            .query(Long.class)
                            .single())
                    .isEqualTo(1);
            assertThat(keys.getLast().location()).isEqualTo(page + "?again#call");
            assertThat(visitor.get(page + "?again").body()).contains(AGAIN);
        }
    }

    @Test
    void doesTheWorkOnceHoweverManySendAtTheSameTimeAndAgainAfterARefusal() throws Exception {
        SentForms sent = program.getBean(SentForms.class);
        UUID form = UUID.randomUUID();
        AtomicInteger works = new AtomicInteger();
        assertThat(sent.once(owner.accountId(), form, Optional::empty)).isInstanceOf(SentForms.Refused.class);
        CountDownLatch together = new CountDownLatch(1);
        List<Future<SentForms.Sent<Integer>>> sendings = new ArrayList<>();
        try (ExecutorService senders = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                sendings.add(senders.submit(() -> {
                    together.await(5, TimeUnit.SECONDS);
                    return sent.once(owner.accountId(), form, () -> Optional.of(works.incrementAndGet()));
                }));
            }
            together.countDown();
            for (Future<SentForms.Sent<Integer>> sending : sendings) {
                assertThat(sending.get(20, TimeUnit.SECONDS)).isNotInstanceOf(SentForms.Refused.class);
            }
        }
        assertThat(works).hasValue(1);
        // another person's form of the same id is another form
        assertThat(sent.first(cast.person("otto").accountId(), form)).isTrue();
    }
}
