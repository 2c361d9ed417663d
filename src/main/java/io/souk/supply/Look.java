package io.souk.supply;

import java.util.List;

/** What a look at a server's list of models showed. */
public sealed interface Look {
    /**
     * It answers as an OpenAI-compatible server does.
     *
     * @param models the names of its models, in its order, at most 1,000
     */
    record Found(List<String> models, int latencyMs) implements Look {}

    /** It does not, for the reason that the sentence tells. */
    record Failed(String problem) implements Look {}
}
