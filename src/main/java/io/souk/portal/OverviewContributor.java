package io.souk.portal;

import java.util.List;

/**
 * Gives the overview of the signed-in person's organisation what a module knows: figures, and steps on the way to the
 * first call. The tenant is bound; both lists may be empty.
 */
public interface OverviewContributor {
    /**
     * A figure.
     *
     * @param order place among all figures, lowest first
     * @param value as written, with its unit
     * @param note a few words beside it, or empty
     * @param href where it is explained, or empty
     */
    record Figure(int order, String label, String value, String note, String href) {}

    /**
     * Something to do before the first call.
     *
     * @param order place among all steps, lowest first
     * @param action the words on the button, a verb first
     */
    record Step(int order, String title, String text, String href, String action, boolean done) {}

    default List<Figure> figures() {
        return List.of();
    }

    default List<Step> steps() {
        return List.of();
    }
}
