package io.souk.tenancy.web;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whose each table is, one line for each. A table of the running program's database that is not here fails {@link
 * TableIsolationTests}. Use {@link Kind#TENANT} for whatever is an organisation's: it must call {@code control.protect}
 * in its migration, and {@link Belongings} must have a row in it.
 */
final class TableBook {
    private static final Map<String, Kind> TABLES = new TreeMap<>();
    private static final Pattern BOOKKEEPING = Pattern.compile("public\\.flyway_schema_history_[a-z]+");
    private static final Pattern PARTITION = Pattern.compile("usage\\.calls_\\d{4}_\\d{2}");

    static {
        in(
                Kind.TENANT,
                "access.api_keys",
                "access.budget_notices",
                "access.budgets",
                "access.rate_limits",
                "access.key_requests",
                "billing.accounts",
                "billing.budget_windows",
                "billing.counters",
                "billing.invoices",
                "billing.lease_moves",
                "billing.leases",
                "billing.ledger_days",
                "billing.ledger_entries",
                "billing.ledger_transactions",
                "billing.meter_windows",
                "billing.postpaid",
                "billing.promotions",
                "billing.quarantine",
                "billing.receipts",
                "billing.top_ups",
                "subscriptions.subscriptions",
                "tenancy.api_clients",
                "tenancy.audit_log",
                "tenancy.invitations",
                "tenancy.members",
                "tenancy.organisations",
                "tenancy.projects",
                "usage.calls",
                "usage.rollups");
        // the market's own: models, prices, backends
        in(
                Kind.PLATFORM,
                "catalog.offers",
                "catalog.price_versions",
                "catalog.prices",
                "supply.backends",
                "supply.backend_health",
                "supply.backend_reports");
        // people and their sessions, who may belong to several organisations or to none
        in(
                Kind.PLATFORM,
                "identity.accounts",
                "identity.attempts",
                "identity.federated_identities",
                "identity.sent_forms",
                "identity.signing_keys",
                "identity.tokens",
                "public.oauth2_authorization",
                "public.oauth2_authorization_consent",
                "public.spring_session",
                "public.spring_session_attributes");
        // how parts of the program tell each other: ids, events and journals
        in(Kind.PLATFORM, "billing.journals", "control.changes", "public.event_publication", "usage.fresh_batches");
        // mails are handed in by requests and read by nobody but the worker
        in(Kind.WRITE_ONLY, "notice.mails");
        in(
                Kind.SYSTEM,
                "access.model_limits",
                "billing.receipt_series",
                "billing.stripe_events",
                "billing.stripe_settings",
                "local_stripe.deliveries",
                "local_stripe.idempotency_keys",
                "local_stripe.meter_events",
                "local_stripe.objects",
                "local_stripe.settings");
    }

    /** What requests may have done with the owner's rights. Each gives no tenant's rows and takes no tenant's id. */
    static final Set<String> FUNCTIONS = Set.of("billing.next_receipt_number(text,boolean,integer)");

    private TableBook() {}

    /** Whose a table is. */
    enum Kind {
        /** An organisation's: a request sees and changes the rows of its own organisation, and no others. */
        TENANT,
        /** A month of a tenant's table, which nobody but its owner reaches by its own name. */
        PARTITION,
        /** No organisation's, and no column says one: the role for requests may use it. */
        PLATFORM,
        /** The role for requests may add rows, and never see them. */
        WRITE_ONLY,
        /** The role for requests has no right whatever to it. */
        SYSTEM
    }

    private static void in(Kind kind, String... tables) {
        for (String table : tables) {
            TABLES.put(table, kind);
        }
    }

    /** The tables that stand here by name. */
    static List<String> names() {
        return List.copyOf(TABLES.keySet());
    }

    static List<String> tenants() {
        return TABLES.entrySet().stream()
                .filter(entry -> entry.getValue() == Kind.TENANT)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What it is; fails for a table that nobody classified. */
    static Kind kind(String table) {
        Kind kind = TABLES.get(table);
        if (kind != null) {
            return kind;
        }
        if (BOOKKEEPING.matcher(table).matches()) {
            return Kind.SYSTEM;
        }
        if (PARTITION.matcher(table).matches()) {
            return Kind.PARTITION;
        }
        throw new AssertionError("whose is the table " + table + "? Say so in TableBook");
    }
}
