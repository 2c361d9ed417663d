package io.souk.tenancy;

import io.souk.kernel.Money;
import io.souk.kernel.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds what a module knows of organisations to the pages of whoever runs this Souk. Whoever implements it reads other
 * tenants' rows as the database's system role, by queries that name the tenant, and hands out no secret and nothing of
 * what was said in calls.
 */
public interface OrganisationContributor {
    /**
     * What a cell shows: a text, or an amount of money, or a moment.
     *
     * @param href where it leads, or empty
     * @param tone {@code good warn bad info quiet} for a state in a word, else empty
     */
    record Cell(
            String text, @Nullable Money money, @Nullable Instant at, String href, String tone) {
        public static Cell text(String text) {
            return new Cell(text, null, null, "", "");
        }

        public static Cell link(String text, String href) {
            return new Cell(text, null, null, href, "");
        }

        public static Cell state(String tone, String word) {
            return new Cell(word, null, null, "", tone);
        }

        public static Cell money(Money money) {
            return new Cell("", money, null, "", "");
        }

        /** A moment that is a link to what happened then, or none where {@code href} is empty. */
        public static Cell at(Instant at, String href) {
            return new Cell("", null, at, href, "");
        }

        public static Cell at(@Nullable Instant at) {
            return at == null ? text("") : at(at, "");
        }
    }

    /** A heading of a table. @param number whether its cells are figures, which stand to the right */
    record Column(String heading, boolean number) {
        public static Column of(String heading) {
            return new Column(heading, false);
        }

        public static Column number(String heading) {
            return new Column(heading, true);
        }
    }

    /**
     * A part of an organisation's page: a table.
     *
     * @param order parts are sorted by it
     * @param id names the part in the page, as {@code keys}
     * @param none what stands there instead of a table without rows
     * @param more leads to where there is more of it; null if there is nothing more
     */
    record Section(
            int order,
            String id,
            String title,
            List<Column> columns,
            List<List<Cell>> rows,
            String none,
            @Nullable Cell more) {}

    /** The columns that the list of organisations gets from this module. */
    default List<Column> columns() {
        return List.of();
    }

    /** For each of these organisations a cell for each of {@link #columns}; one that is left out gets empty ones. */
    default Map<TenantId, List<Cell>> cells(Collection<TenantId> tenants) {
        return Map.of();
    }

    /** What the page of an organisation shows of this module; the organisation exists. */
    List<Section> sections(TenantId tenant);
}
