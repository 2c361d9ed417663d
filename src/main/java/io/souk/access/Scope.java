package io.souk.access;

import java.util.Locale;

/** Whom a limit or a budget is for. */
public enum Scope {
    KEY,
    PROJECT,
    ORGANISATION,
    /** Each organisation's use of one model. Limits only. */
    MODEL;

    /** As it stands in the database. */
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Scope ofColumn(String column) {
        return valueOf(column.toUpperCase(Locale.ROOT));
    }
}
