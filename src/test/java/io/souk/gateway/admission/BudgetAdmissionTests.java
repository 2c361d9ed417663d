package io.souk.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.gateway.snapshot.Snapshot;
import io.souk.gateway.snapshot.Snapshot.Budget;
import io.souk.gateway.snapshot.Snapshot.Limit;
import io.souk.gateway.snapshot.Snapshot.Period;
import io.souk.gateway.snapshot.Snapshot.Scope;
import io.souk.gateway.snapshot.Snapshot.Window;
import io.souk.kernel.Ids;
import io.souk.kernel.PriceList;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BudgetAdmissionTests {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant NEXT_MIDNIGHT = Instant.parse("2026-03-03T00:00:00Z");

    private final TenantId tenant = new TenantId(Ids.next());
    private final UUID key = Ids.next();
    private final UUID project = Ids.next();
    private final UUID offer = Ids.next();
    private final UUID wallet = Ids.next();
    private final UUID today = Ids.next();
    private final UUID tomorrow = Ids.next();
    private final UUID ever = Ids.next();

    private Snapshot.Changes world() {
        return new Snapshot.Changes()
                .key(new Snapshot.Key(key, tenant, project, "hash", null, false))
                .offer(new Snapshot.Offer(
                        offer,
                        "model",
                        "us",
                        NOON,
                        Snapshot.Task.CHAT,
                        true,
                        null,
                        100,
                        List.of(new Snapshot.Price(
                                Ids.next(),
                                Instant.EPOCH,
                                new PriceList("USD", Map.of(TokenClass.OUTPUT, 1_000_000L)))),
                        List.of(new Snapshot.Backend(
                                Ids.next(), URI.create("http://x"), null, "openai", "m", null, 0, 1, true, null))))
                .subscription(tenant, offer, Optional.of(Ids.next()))
                .funding(new Snapshot.Funding(tenant, "USD", List.of(wallet)));
    }

    private static Decision decide(Snapshot.Changes changes, Instant now) {
        return new Admission(100)
                .decide(changes.apply(Snapshot.EMPTY), new Ask("hash", Snapshot.Task.CHAT, "model", 400, 0, 2), now);
    }

    private static Decision.Admissible admissible(Snapshot.Changes changes, Instant now) {
        Decision decision = decide(changes, now);
        assertThat(decision).isInstanceOf(Decision.Admissible.class);
        return (Decision.Admissible) decision;
    }

    private Budget daily(Window... windows) {
        return new Budget(Ids.next(), Scope.KEY, key, Period.DAY, 5_000, "USD", List.of(windows));
    }

    @Test
    void drawsOnTheWindowThatTheCallBeginsIn() {
        Budget daily = daily(
                new Window(today, Instant.parse("2026-03-01T00:00:00Z"), MIDNIGHT),
                new Window(tomorrow, MIDNIGHT, NEXT_MIDNIGHT));
        Budget total = new Budget(
                Ids.next(),
                Scope.ORGANISATION,
                tenant.value(),
                Period.TOTAL,
                9_000,
                "USD",
                List.of(new Window(ever, Instant.EPOCH, null)));
        Snapshot.Changes changes = world().budgets(key, List.of(daily)).budgets(tenant.value(), List.of(total));

        assertThat(admissible(changes, MIDNIGHT.minusNanos(1)).purse().caps()).containsExactly(today, ever);
        assertThat(admissible(changes, MIDNIGHT).purse().caps()).containsExactly(tomorrow, ever);
        assertThat(admissible(changes, MIDNIGHT).budgets()).containsExactly(daily, total);
        assertThat(admissible(changes, MIDNIGHT).purse().money()).containsExactly(wallet);
    }

    @Test
    void letsNothingPassABudgetWithoutACounter() {
        Snapshot.Changes changes = world().budgets(
                        key, List.of(daily(new Window(today, Instant.parse("2026-03-01T00:00:00Z"), MIDNIGHT))));
        assertThat(decide(changes, MIDNIGHT)).isEqualTo(new Decision.Refused(Decision.Reason.BUDGET_NOT_READY));
        assertThat(decide(world().budgets(project, List.of(daily())), NOON))
                .isEqualTo(new Decision.Refused(Decision.Reason.BUDGET_NOT_READY));
    }

    @Test
    void letsNothingPassABudgetInAnotherCurrency() {
        Budget euros = new Budget(
                Ids.next(), Scope.KEY, key, Period.TOTAL, 1, "EUR", List.of(new Window(ever, Instant.EPOCH, null)));
        assertThat(decide(world().budgets(key, List.of(euros)), NOON))
                .isEqualTo(new Decision.Refused(Decision.Reason.BUDGET_NOT_READY));
    }

    @Test
    void findsTheLimitsOfKeyProjectOrganisationAndModelAndForgetsThoseTakenAway() {
        Limit ofKey = new Limit(Scope.KEY, key, 1, 0, 0);
        Limit ofProject = new Limit(Scope.PROJECT, project, 2, 0, 0);
        Limit ofTenant = new Limit(Scope.ORGANISATION, tenant.value(), 3, 0, 0);
        Limit ofModel = new Limit(Scope.MODEL, offer, 4, 0, 0);
        Snapshot.Changes changes = world().limit(ofKey)
                .limit(ofProject)
                .limit(ofTenant)
                .limit(ofModel)
                .limit(new Limit(Scope.KEY, Ids.next(), 5, 0, 0));
        assertThat(admissible(changes, NOON).limits()).containsExactly(ofKey, ofProject, ofTenant, ofModel);

        Snapshot without = new Snapshot.Changes().noLimit(key).apply(changes.apply(Snapshot.EMPTY));
        assertThat(without.limit(key)).isNull();
        assertThat(without.limit(project)).isEqualTo(ofProject);
    }

    @Test
    void reckonsWithTheInputAndTheMostOutputOfEveryAnswer() {
        assertThat(admissible(world(), NOON).tokenEstimate()).isEqualTo(400 / 4 + 2 * 100);
        assertThat(admissible(world(), NOON).limits()).isEmpty();
        assertThat(admissible(world(), NOON).purse()).isEqualTo(Purse.of(wallet));
    }
}
