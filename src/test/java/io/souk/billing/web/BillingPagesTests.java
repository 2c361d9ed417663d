package io.souk.billing.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.billing.Funded;
import io.souk.billing.Promotions;
import io.souk.identity.Person;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.support.LocalStripeToItself;
import io.souk.support.SoukTest;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What is left, how it got there, and who may see it. */
@SoukTest
@LocalStripeToItself
class BillingPagesTests {
    private static final Pattern ROW = Pattern.compile(
            "data-test=\"line-(\\w+)\".*?data-test=\"amount\"[^>]*>.*?data-nanos=\"(-?\\d+)\".*?data-test=\"balance\"[^>]*>.*?data-nanos=\"(-?\\d+)\"",
            Pattern.DOTALL);

    @Autowired
    ApplicationContext context;

    Cast cast;
    Person owner;
    TenantId tenant;
    Visitor visitor;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        visitor = cast.signedIn(owner);
    }

    private record Line(String kind, long amount, long balance) {}

    private static List<Line> lines(Visitor.Page page) {
        List<Line> lines = new ArrayList<>();
        Matcher row = ROW.matcher(page.body());
        while (row.find()) {
            lines.add(new Line(row.group(1), Long.parseLong(row.group(2)), Long.parseLong(row.group(3))));
        }
        return lines;
    }

    private long ledger() {
        return cast.database
                .sql("select coalesce(sum(amount_nanos), 0)::bigint from billing.ledger_entries"
                        + " where tenant_id = ? and account = 'customer_wallet'")
                .param(tenant.value())
                .query(Long.class)
                .single();
    }

    @Test
    void saysWhatToDoWhereThereIsNothingYet() {
        Visitor.Page page = visitor.get("/billing");
        assertThat(page.status()).isEqualTo(200);
        assertThat(Paying.balance(page)).isZero();
        assertThat(page.body())
                .contains("Add credit", "There is no credit left", "data-test=\"no-lines\"", "No payments yet");
        assertThat(visitor.get("/overview").body()).contains("Credit left", "/billing/top-up");
    }

    @Test
    void countsCreditThatWasGivenAsWhatCallsMaySpend() {
        Tenant.run(
                tenant,
                () -> context.getBean(Promotions.class)
                        .grant(Ids.next(), Money.ofMinor(500, "USD"), "Welcome", null, owner.accountId()));

        String overview = visitor.get("/overview").body();

        assertThat(overview)
                .contains("Credit left", "$5.00", "all of it promotional")
                .doesNotContain("calls are refused", "running low", "$0.00", "/billing/top-up");
        assertThat(visitor.get("/billing").body()).doesNotContain("There is no credit left", "running low");
    }

    @Test
    void showsThreePaymentsThatWereBegunAndTheOthersWhereAskedFor() {
        for (int i = 0; i < 5; i++) {
            Paying.order(visitor, Paying.key(visitor), "20");
        }
        String pending =
                visitor.get("/billing").body().replaceAll("(?s).*(data-test=\"pending\".*?)</section>.*", "$1");
        assertThat(pending.split("Continue or cancel", -1)).hasSize(6);
        assertThat(pending).contains("and 2 more");
        assertThat(pending.substring(0, pending.indexOf("<details")).split("Continue or cancel", -1))
                .hasSize(4);
    }

    @Test
    void showsHowTheBalanceCameAboutToTheNano() {
        visitor.get(Paying.topUp(visitor, "20"));
        Funded funded = Funded.of(context, tenant);
        funded.use(1_234_567_891L);
        funded.use(1L);
        visitor.get(Paying.topUp(visitor, "5"));

        Visitor.Page page = visitor.get("/billing");

        long left = 25_000_000_000L - 1_234_567_892L;
        assertThat(ledger()).isEqualTo(left);
        assertThat(Paying.balance(page)).isEqualTo(left);
        List<Line> lines = lines(page);
        assertThat(lines).extracting(Line::kind).containsExactly("USAGE", "TOP_UP", "TOP_UP");
        assertThat(lines.getFirst()).isEqualTo(new Line("USAGE", -1_234_567_892L, left));
        assertThat(lines.stream().mapToLong(Line::amount).sum()).isEqualTo(left);
        for (int i = 0; i + 1 < lines.size(); i++) {
            assertThat(lines.get(i).balance() - lines.get(i).amount())
                    .isEqualTo(lines.get(i + 1).balance());
        }
        assertThat(page.body()).contains("/usage/calls?from=");
    }

    @Test
    void showsWhatIsHeldForCalls() {
        visitor.get(Paying.topUp(visitor, "20"));
        Funded funded = Funded.of(context, tenant);
        funded.hold(3_000_000_000L);
        Visitor.Page page = visitor.get("/billing");
        assertThat(Paying.balance(page)).isEqualTo(20_000_000_000L);
        assertThat(page.body().replaceAll("(?s).*data-test=\"wallet-held\"(.*?)</p>.*", "$1"))
                .contains("$17.00", "$3.00");
    }

    @Test
    void writesTheStatementAsAFileWhoseSumIsTheLedger() {
        visitor.get(Paying.topUp(visitor, "20"));
        Funded.of(context, tenant).use(42L);

        Visitor.Page file = visitor.get("/billing/statement.csv?range=30d");

        assertThat(file.contentType()).startsWith("text/csv");
        List<String[]> rows =
                file.body().lines().map(line -> line.split(",", -1)).toList();
        assertThat(rows.getFirst())
                .containsExactly(
                        "day",
                        "booked_at",
                        "kind",
                        "description",
                        "receipt",
                        "entries",
                        "currency",
                        "amount",
                        "balance");
        BigDecimal sum = rows.stream()
                .skip(1)
                .filter(row -> !row[7].isEmpty())
                .map(row -> new BigDecimal(row[7]))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum).isEqualByComparingTo(BigDecimal.valueOf(ledger(), 9));
        assertThat(rows.getLast()[8]).isEqualTo("19.999999958");
        assertThat(rows.get(2)[4]).startsWith("SIM-");
    }

    @Test
    void pagesThroughLongStatementsAndFiltersDays() {
        Funded funded = Funded.of(context, tenant);
        for (int i = 1; i <= 60; i++) {
            funded.credit(i * 1_000_000_000L, "topup:page-" + i);
        }
        Visitor.Page first = visitor.get("/billing");
        assertThat(lines(first)).hasSize(50);
        assertThat(first.body()).contains("1 to 50 of 60");
        List<Line> second = lines(visitor.get("/billing?page=2"));
        assertThat(second).hasSize(10);
        assertThat(second.getLast().balance()).isEqualTo(second.getLast().amount());
        assertThat(lines(visitor.get("/billing?page=999"))).hasSize(10);
        Visitor.Page before = visitor.get("/billing?from=2020-01-01&to=2020-01-31");
        assertThat(lines(before)).isEmpty();
        for (String wrong : List.of(
                "range=x", "from=nonsense", "to=2027-02-30", "from=2027-02-02&to=2027-02-01", "from=2020-01-01")) {
            Visitor.Page page = visitor.get("/billing?page=-1&" + wrong);
            assertThat(page.status()).as(wrong).isEqualTo(200);
            assertThat(page.body()).as(wrong).contains("data-test=\"problem\"", "These are the last 30 days.");
            Visitor.Page file = visitor.get("/billing/statement.csv?" + wrong);
            assertThat(file.status()).as(wrong).isEqualTo(400);
            assertThat(file.body()).as(wrong).contains("data-test=\"reason\"").doesNotContain("last 30 days");
            for (String path : List.of("/usage?", "/usage/calls?")) {
                assertThat(visitor.get(path + wrong).body())
                        .as(path + wrong)
                        .contains("data-test=\"problem\"", "These are the last 30 days.");
            }
            assertThat(visitor.get("/usage/calls.csv?" + wrong).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(visitor.get("/usage").body()).doesNotContain("data-test=\"problem\"");
    }

    @Test
    void letsOnlyOwnersAndBillingSeeMoney() {
        String back = Paying.topUp(visitor, "20");
        String receipt = Paying.receipt(visitor.get(back));
        Person billing = cast.person("bill");
        Person developer = cast.person("deva");
        cast.join(tenant, owner, billing, MemberRole.BILLING);
        cast.join(tenant, owner, developer, MemberRole.DEVELOPER);
        List<String> pages = List.of(
                "/billing",
                "/billing/top-up",
                "/billing/statement.csv",
                "/billing/receipts",
                "/billing/receipts/" + receipt,
                "/billing/top-ups/" + Paying.id(back));
        Visitor developers = cast.signedIn(developer);
        Visitor billings = cast.signedIn(billing);
        for (String page : pages) {
            assertThat(developers.get(page).status()).as(page).isEqualTo(403);
            assertThat(billings.get(page).status()).as(page).isEqualTo(200);
            assertThat(cast.visitor().get(page).location()).as(page).isEqualTo("/sign-in");
        }
        Map<String, String> form = Map.of("key", UUID.randomUUID().toString(), "amount", "20");
        assertThat(developers.post("/billing/top-ups", form).status()).isEqualTo(403);
        assertThat(developers
                        .post("/billing/top-ups/" + Paying.id(back) + "/cancel", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(cast.visitor().post("/billing/top-ups", form).location()).isEqualTo("/sign-in");
        assertThat(developers.get("/overview").body()).doesNotContain("Credit left", "href=\"/billing\"");
        assertThat(billings.post("/billing/top-ups", form).location()).startsWith("/local/stripe/checkout/");
        for (Person person : List.of(owner, billing, developer)) {
            String page = "/admin/organisations/" + tenant + "/billing";
            assertThat(cast.signedIn(person).get(page).status()).isEqualTo(404);
            assertThat(cast.signedIn(person)
                            .post(page + "/approve", Map.of("line", "100"))
                            .status())
                    .isEqualTo(404);
        }
    }
}
