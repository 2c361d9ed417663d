package io.souk.catalog;

/** What our samples and tests send to a model that shortens texts. */
public final class SampleText {
    /** Eight sentences, of which the house's summariser keeps three; with no sign that a shell or JSON would read. */
    public static final String PASSAGE = """
        The old market hall was built of iron and glass in 1871. Farmers from the valley sold fruit and cheese there \
        every morning. In 1934 a fire destroyed the roof, and a lighter one took its place. For some years the hall \
        stored grain, and the stalls stood empty. In 1962 the town wanted to pull it down for a car park, but the \
        farmers bought it together. Today the market hall houses forty stalls and a small library. Visitors come for \
        the food, but most of them stay for the light. On Mondays it is closed.\
        """;

    private SampleText() {}
}
