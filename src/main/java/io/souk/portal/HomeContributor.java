package io.souk.portal;

import java.util.List;
import java.util.Map;

/** Gives the home page its models and its first call. */
public interface HomeContributor {
    /** Those on offer right now, at most a dozen, the most telling first. */
    List<ModelCard> models();

    /** A call of the first of them that works when pasted: a word ({@code curl}, {@code Python}) to the text, in order. */
    default Map<String, String> samples() {
        return Map.of();
    }
}
