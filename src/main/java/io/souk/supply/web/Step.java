package io.souk.supply.web;

import java.util.Locale;

/** The steps of the wizard, in order. Each is saved by itself and can be returned to. */
enum Step {
    TASK("Model"),
    CARD("Card"),
    PRICE("Price"),
    BACKENDS("Backends"),
    TEST("Live test"),
    REVIEW("Review");

    private final String title;

    Step(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** The last part of the step's address. */
    public String path() {
        return name().toLowerCase(Locale.ROOT);
    }
}
