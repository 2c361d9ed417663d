package io.souk.tenancy;

import java.util.Locale;

/** What a member may do in an organisation. An owner may do everything. */
public enum MemberRole {
    /** Runs the organisation: members, clients, and all that the others do. */
    OWNER("Owner", "everything, members included"),
    /** Sees to its money. */
    BILLING("Billing", "payments, balance, receipts"),
    /** Uses the models. */
    DEVELOPER("Developer", "subscriptions, keys, calls");

    private final String label;
    private final String may;

    MemberRole(String label, String may) {
        this.label = label;
        this.may = may;
    }

    /** The role in a word for people. */
    public String label() {
        return label;
    }

    /** What it may do, in a few words for people. */
    public String may() {
        return may;
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MemberRole ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }
}
