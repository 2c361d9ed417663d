package io.souk.catalog;

import java.util.List;
import java.util.Map;

/**
 * One page of an answer of the catalogue.
 *
 * @param total over all pages
 * @param tasks how many offers the text finds for each task, whichever task was chosen
 */
public record OfferPage(List<OfferView> offers, int total, Map<Task, Integer> tasks) {
    public int pages() {
        return Math.max(1, (total + OfferSearch.PAGE_SIZE - 1) / OfferSearch.PAGE_SIZE);
    }
}
