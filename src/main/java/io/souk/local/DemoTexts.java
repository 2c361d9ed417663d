package io.souk.local;

import java.util.List;

/** What the demo customer sends. */
final class DemoTexts {
    static final List<String> ALL = List.of(
            OneCall.TEXT,
            "The library opens at nine. It lends books, tools and musical instruments. Most visitors come for the "
                    + "instruments, because the town has no shop that sells them. A cello is lent for three months.",
            "A kettle boils one litre of water in four minutes. Descaled every month, it keeps doing so for years. A"
                + " kettle that is never descaled needs six minutes after a year and uses half as much power again.",
            "The bridge was closed for repairs in March. Ferries carried commuters over the river until June. "
                    + "The new deck is lighter and needs no paint, and the old iron railings were kept.");

    private DemoTexts() {}
}
