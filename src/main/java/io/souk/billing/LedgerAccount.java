package io.souk.billing;

import java.util.Locale;

/** The accounts of the double-entry ledger, kept per organisation and currency. */
public enum LedgerAccount {
    /** Credit that the customer has paid for and not used. */
    CUSTOMER_WALLET,
    /** Credit that we gave and the customer has not used. */
    CUSTOMER_PROMOTION,
    /** What a customer on invoice owes: negative until it is paid. */
    CUSTOMER_RECEIVABLE,
    /** Payments that Stripe took for us: the other side of what customers were credited. */
    STRIPE_CLEARING,
    /** Credit that we gave: the other side of what customers were granted for nothing. */
    PROMOTION,
    /** What usage earned. */
    REVENUE,
    /** Cost of a call above what was held for it, which the house bears. */
    ABSORBED_OVERRUN,
    /** Fractions of a cent between our statement and Stripe's invoice. */
    ROUNDING;

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
