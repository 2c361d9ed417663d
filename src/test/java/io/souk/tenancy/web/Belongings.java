package io.souk.tenancy.web;

import static org.awaitility.Awaitility.await;

import io.souk.access.ApiKeys;
import io.souk.access.BudgetPeriod;
import io.souk.access.Budgets;
import io.souk.access.CreatedKey;
import io.souk.access.Limits;
import io.souk.access.RateLimits;
import io.souk.access.Scope;
import io.souk.billing.Promotions;
import io.souk.billing.Wallets;
import io.souk.catalog.OfferView;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.subscriptions.Subscriptions;
import io.souk.tenancy.ApiClients;
import io.souk.tenancy.CreatedApiClient;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Projects;
import io.souk.usage.RollUps;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An organisation with at least one of everything that Souk keeps for organisations, each thing with a name that no other
 * organisation's has: {@link #mark} is in all of them. What a person or a program may change is made anew at each asking,
 * so that one attempt does not spoil the next.
 */
final class Belongings {
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Money CREDIT = Money.ofMinor(5_000, "USD");

    final String mark;
    final Person owner;
    final Visitor owners;
    final TenantId tenant;
    final UUID project;
    final OfferView chat;
    final OfferView embeddings;
    final String apiKey;
    final String token;

    private final ApplicationContext program;
    private final Cast cast;

    /** With credit, subscribed to both models, and with a settled call if {@code calls}. */
    Belongings(ApplicationContext program, Cast cast, OfferView chat, OfferView embeddings, boolean calls) {
        this.program = program;
        this.cast = cast;
        this.chat = chat;
        this.embeddings = embeddings;
        mark = "mark" + UUID.randomUUID().toString().substring(0, 8);
        owner = cast.person("owner" + mark);
        tenant = cast.organisation(owner);
        owners = cast.signedIn(owner);
        project = Tenant.get(
                tenant,
                () -> inTransaction(() -> program.getBean(Projects.class)
                        .create("Project " + mark, owner.accountId())
                        .orElseThrow()
                        .id()));
        Tenant.run(tenant, () -> program.getBean(Wallets.class).credit(CREDIT, "topup:" + tenant, "Top-up " + mark));
        apiKey = newKey().secret();
        token = token(client());
        if (calls) {
            limit();
            subscribe(chat);
            subscribe(embeddings);
            call();
            keepWhatNothingHereMakes();
        }
    }

    private void subscribe(OfferView offer) {
        Tenant.run(tenant, () -> program.getBean(Subscriptions.class).subscribe(offer.id(), owner.accountId()));
    }

    /** Limits and budgets that are wide enough for everything, and a gift. */
    private void limit() {
        Tenant.run(tenant, () -> {
            program.getBean(RateLimits.class)
                    .set(Scope.PROJECT, project, new Limits(100_000, 100_000_000, 1_000), owner.accountId());
            program.getBean(Promotions.class)
                    .grant(Ids.next(), Money.ofMinor(100, "USD"), "Gift " + mark, null, owner.accountId());
        });
        budget();
    }

    /** The organisation's budget in all, made anew where it was removed. */
    String budget() {
        return Tenant.get(tenant, () -> {
            Budgets budgets = program.getBean(Budgets.class);
            budgets.set(
                    Scope.ORGANISATION,
                    tenant.value(),
                    BudgetPeriod.TOTAL,
                    Money.ofMinor(1_000_000, "USD"),
                    true,
                    owner.accountId());
            return budgets.of(tenant.value()).getFirst().id().toString();
        });
    }

    private void call() {
        URI gateway = URI.create("http://127.0.0.1:" + program.getEnvironment().getProperty("souk.gateway.port"));
        Visitor.Page answer = cast.visitor()
                .send(HttpRequest.newBuilder(gateway.resolve("/v1/chat/completions"))
                        .header("authorization", "Bearer " + apiKey)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + chat.model()
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")));
        if (answer.status() != 200) {
            throw new AssertionError("the call was answered " + answer.status() + " " + answer.body());
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> count("select count(*) from usage.calls where tenant_id = ?") == 1);
        program.getBean(RollUps.class).catchUp();
        settleDown();
    }

    /** Waits until the gateway has given back what it took on lease, after which nothing of the organisation moves. */
    void settleDown() {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        count("select coalesce(sum(leased_nanos), 0)::bigint from billing.counters where tenant_id = ?")
                                == 0);
    }

    private long count(String query) {
        return cast.database.sql(query).param(tenant.value()).query(Long.class).single();
    }

    /** Rows of tables that are filled by events from outside (a paid top-up, an invoice) or by mishaps. */
    private void keepWhatNothingHereMakes() {
        UUID topUp = Ids.next();
        List<String> statements = List.of(
                "insert into billing.top_ups (tenant_id, id, form_key, amount_minor, currency, state, requested_at)"
                        + " values (:tenant, :id, :id, 5000, 'USD', 'paid', now())",
                "insert into billing.receipts (tenant_id, number, top_up_id, amount_minor, currency, issued_at,"
                    + " billed_to, seller, simulated) values (:tenant, :mark, :id, 5000, 'USD', now(), :mark, 'Souk',"
                    + " true)",
                "insert into billing.meter_windows (tenant_id, id, window_start, nanos, identifier, state,"
                        + " next_attempt_at) values (:tenant, :id, now(), 1, :mark, 'delivered', now())",
                "insert into billing.postpaid (tenant_id, id, approved_at, credit_line_nanos, withdrawn_at,"
                        + " subscription_ends) values (:tenant, :id, now(), 0, now(), true)",
                "insert into billing.invoices (tenant_id, id, stripe_invoice_id, state, period_start, period_end,"
                        + " metered_micros, our_micros, total_minor, currency, recorded_at)"
                        + " values (:tenant, :id, :mark, 'paid', now(), now(), 0, 0, 0, 'USD', now())",
                "insert into access.budget_notices (tenant_id, budget_id, starts_at, percent, spent_nanos, noticed_at)"
                        + " select tenant_id, id, now(), 80, 1, now() from access.budgets"
                        + " where tenant_id = :tenant and :id::uuid is not null and :mark::text is not null",
                "insert into access.key_requests (tenant_id, name, fingerprint, key_id, made_at)"
                        + " select :tenant, :mark, '\\x00', max(id::text)::uuid, now() from access.api_keys"
                        + " where tenant_id = :tenant and kind = 'issued' and :id is not null",
                "insert into billing.quarantine (tenant_id, call_id, journal_id, problem, record, recorded_at)"
                        + " values (:tenant, :id, :id, :mark, '{}', now())");
        for (String statement : statements) {
            cast.database
                    .sql(statement)
                    .param("tenant", tenant.value())
                    .param("id", topUp)
                    .param("mark", mark)
                    .update();
        }
    }

    /** The newest value of a column that names a row of this organisation's. */
    String any(String table, String column) {
        return cast.database
                .sql("select " + column + "::text from " + table + " where tenant_id = ? limit 1")
                .param(tenant.value())
                .query(String.class)
                .single();
    }

    /** A new member who is no owner. */
    String member() {
        Person member = cast.person("member" + mark);
        cast.join(tenant, owner, member, MemberRole.DEVELOPER);
        return member.accountId().toString();
    }

    /** A new open invitation. */
    String invitation() {
        return Tenant.get(
                tenant,
                () -> inTransaction(() -> program.getBean(Invitations.class)
                        .invite(Cast.email("guest" + mark), MemberRole.DEVELOPER, owner)
                        .orElseThrow()
                        .id()
                        .toString()));
    }

    private CreatedKey newKey() {
        return Tenant.get(
                tenant, () -> program.getBean(ApiKeys.class).create("Key " + mark, project, null, owner.accountId()));
    }

    /** A new key. */
    String key() {
        return newKey().key().id().toString();
    }

    /** A new client of the management API, with every scope. */
    CreatedApiClient client() {
        return Tenant.get(
                tenant,
                () -> inTransaction(() -> program.getBean(ApiClients.class)
                        .create("Client " + mark, Set.copyOf(ApiClients.SCOPES.keySet()), owner.accountId())
                        .orElseThrow()));
    }

    private String token(CreatedApiClient client) {
        Visitor visitor = cast.visitor();
        String pair = client.client().clientId() + ":" + client.secret();
        String answer = visitor.send(HttpRequest.newBuilder(visitor.at("/oauth2/token"))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")))
                .body();
        Matcher token = TOKEN.matcher(answer);
        if (!token.find()) {
            throw new AssertionError("no token in " + answer);
        }
        return token.group(1);
    }

    private <T> T inTransaction(java.util.function.Supplier<T> work) {
        return java.util.Objects.requireNonNull(
                program.getBean("transactions", TransactionTemplate.class).execute(_ -> work.get()));
    }
}
