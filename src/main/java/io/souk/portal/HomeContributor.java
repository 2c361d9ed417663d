package io.souk.portal;

import java.util.List;

/** Gives the home page its strip of models: those on offer right now, at most a dozen, the most telling first. */
public interface HomeContributor {
    List<ModelCard> models();
}
