package io.souk.exactness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Compares what the backend saw and the callers know with what was settled, and the books with one another. */
final class Books {
    private static final Logger log = LoggerFactory.getLogger(Books.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final JdbcClient sql;
    private final Customer customer;

    Books(JdbcClient sql, Customer customer) {
        this.sql = sql;
        this.customer = customer;
    }

    /** One settled call. */
    private record Line(String mark, String reason, String source, long charge, long held) {}

    /**
     * What must hold while some journals cannot be read: all other calls are settled once and hold nothing, and what the
     * missing ones may have cost is still on lease there. Gives the missing ones.
     *
     * @param most what one call may cost here
     */
    Set<String> agreeButFor(String after, Load load, Set<String> seen, List<UUID> unreadable, long most) {
        String elsewhere = unreadable.stream().map(id -> "'" + id + "'").collect(Collectors.joining(","));
        String leased = "select coalesce(sum(granted_nanos - settled_nanos), 0) from billing.leases where tenant_id = '"
                + customer.tenant() + "' and journal_id ";
        await(after + ": the other journals hold nothing any more")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(number(leased + "not in (" + elsewhere + ")"))
                        .isZero());
        List<String> settled = lines().stream().map(Line::mark).toList();
        assertThat(settled).as("settled more than once").doesNotHaveDuplicates();
        lines().forEach(line -> {
            assertThat(line.charge).as("%s is charged within its hold", line).isBetween(0L, line.held);
            asTheTableSays(line, load);
        });
        Set<String> missing = new HashSet<>(seen);
        settled.forEach(missing::remove);
        long held = number(leased + "in (" + elsewhere + ")");
        assertThat(held).as("what the unreadable journals still hold").isPositive();
        assertThat(missing.size() * most)
                .as("what the calls cost that nobody can read any more")
                .isBetween(0L, held);
        log.info(
                "{}: {} calls reached the backend, {} settled once, {} cannot be read; {} nano-units stay on lease for"
                        + " them",
                after,
                seen.size(),
                settled.size(),
                missing.size(),
                held);
        return missing;
    }

    /** Why the call with this mark ended, as settled; empty while it is not. */
    String reasonOf(String mark) {
        return lines().stream()
                .filter(line -> line.mark.equals(mark))
                .map(Line::reason)
                .collect(Collectors.joining());
    }

    /** Everything that must hold once nothing runs any more; waits until it does, and prints what it counted. */
    void agree(String after, Load load, Set<String> seen) {
        await(after + ": every call that the backend saw is settled")
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(lines().stream().map(Line::mark).toList()).containsAll(seen));
        await(after + ": nothing is held any more")
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(number("select coalesce(sum(leased_nanos), 0) from billing.counters where"
                                        + " tenant_id = '" + customer.tenant() + "'"))
                                .isZero());
        Map<String, Line> settled = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (Line line : lines()) {
            if (settled.put(line.mark, line) != null) {
                twice.add(line.mark);
            }
        }
        assertThat(twice).as("settled more than once").isEmpty();
        Map<String, Integer> reasons = new TreeMap<>();
        settled.values().forEach(line -> {
            reasons.merge(line.reason, 1, Integer::sum);
            assertThat(line.charge).as("%s is charged within its hold", line).isBetween(0L, line.held);
            if (!seen.contains(line.mark)) {
                assertThat(line.charge).as("%s never reached the backend", line).isZero();
            }
            asTheTableSays(line, load);
        });
        sumsUp();
        log.info(
                "{}: {} calls, {} reached the backend, {} settled once, charged {} nano-units; ended {}; answers {}",
                after,
                load.calls().size(),
                seen.size(),
                settled.size(),
                settled.values().stream().mapToLong(Line::charge).sum(),
                reasons,
                new TreeMap<>(load.statuses()));
    }

    private void asTheTableSays(Line line, Load load) {
        Plan plan = load.plans().get(line.mark);
        Load.Known known = load.calls().get(line.mark);
        if (plan == null || known == null) {
            return;
        }
        long whole = Plan.INPUT * Customer.INPUT_NANOS + Plan.OUTPUT * Customer.OUTPUT_NANOS;
        switch (line.reason) {
            case "upstream_error", "internal_error" ->
                assertThat(line.charge).as("%s of %s", line, plan).isZero();
            default -> {
                if (known == Load.Known.WHOLE) {
                    assertThat(line.reason)
                            .as("%s of %s has its whole answer", line, plan)
                            .isEqualTo("completed");
                    if (plan.isTruthful()) {
                        assertThat(line.charge).as("%s of %s", line, plan).isEqualTo(whole);
                        assertThat(line.source).as("%s of %s", line, plan).isEqualTo("provider");
                    } else {
                        assertThat(line.charge).as("%s of %s", line, plan).isPositive();
                        assertThat(line.source).as("%s of %s", line, plan).isNotEqualTo("provider");
                    }
                }
            }
        }
        if (line.reason.equals("completed")) {
            assertThat(plan.reasons()).as("%s of %s", line, plan).contains("completed");
        }
        if (line.reason.equals("internal_error")) {
            throw new AssertionError(line + " of " + plan + " ended by a mistake of ours");
        }
    }

    /** The ledger, the counters, the roll-ups and the leases say the same. */
    void sumsUp() {
        String of = " where tenant_id = '" + customer.tenant() + "'";
        long charged = number("select coalesce(sum(charge_nanos), 0) from usage.calls" + of);
        assertThat(number("select coalesce(sum(amount_nanos), 0) from billing.ledger_entries" + of))
                .as("the ledger's sum")
                .isZero();
        assertThat(number("select sum(spent_nanos) from billing.counters" + of))
                .as("what counters say was spent")
                .isEqualTo(charged);
        assertThat(number("select coalesce(sum(charge_nanos), 0) from usage.by_day()" + of))
                .as("what reports by day say was charged")
                .isEqualTo(charged);
        assertThat(number("select sum(amount_nanos) from billing.ledger_entries" + of
                        + " and account = 'customer_wallet'"))
                .as("the wallet in the ledger")
                .isEqualTo(number("select sum(limit_nanos - spent_nanos) from billing.counters" + of));
        assertThat(number("select coalesce(sum(granted_nanos - settled_nanos), 0) from billing.leases" + of))
                .as("what leases still hold")
                .isZero();
        assertThat(number(
                        "select count(*) from billing.counters" + of + " and spent_nanos + leased_nanos > limit_nanos"))
                .as("counters beyond their limit")
                .isZero();
    }

    private List<Line> lines() {
        return sql.sql("select request_id, reason, source, charge_nanos, held_nanos from usage.calls where tenant_id"
                        + " = ?")
                .param(customer.tenant())
                .query((row, number) ->
                        new Line(row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5)))
                .list();
    }

    private long number(String query) {
        return sql.sql(query).query(Long.class).single();
    }
}
