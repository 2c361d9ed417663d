package io.souk.catalog;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An offer as it was when read.
 *
 * @param model the name that callers send as {@code model}
 * @param card Markdown, not yet made safe
 * @param contextTokens most tokens that one call may carry in and out together, null if not stated
 * @param maxOutputTokens most tokens of one answer, null if not stated
 * @param testedAt when its backends last answered a real call, null if they changed since or never did
 * @param liveAt when it first went live
 * @param version changes with every edit, also of its backends
 */
public record OfferView(
        UUID id,
        String model,
        String title,
        String publisher,
        Task task,
        String summary,
        String card,
        String licence,
        @Nullable Integer contextTokens,
        @Nullable Integer maxOutputTokens,
        State state,
        @Nullable Instant testedAt,
        @Nullable Instant liveAt,
        @Nullable Instant withdrawnAt,
        Instant changedAt,
        long version) {

    /** Where an offer is in its life. */
    public enum State {
        /** Only admins see it. */
        DRAFT,
        /** Listed, and callable by its subscribers. */
        LIVE,
        /** Refused to all callers, its history kept. */
        WITHDRAWN;

        /** The lower-case name in the database. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isLive() {
        return state == State.LIVE;
    }

    /** Whether customers may already have called it: then its name, its task and the prices in force stand. */
    public boolean wasEverLive() {
        return liveAt != null;
    }
}
