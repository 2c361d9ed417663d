package io.souk.gateway.journal;

import java.util.List;
import java.util.UUID;

/**
 * What a look at all journals found.
 *
 * @param recovered journals to drain now, each locked until it is finished or closed
 * @param alive journals whose owner lives, this process's among them
 * @param refused journals that could not be recovered and were left as they are
 */
public record RecoveryReport(List<RecoveredJournal> recovered, List<UUID> alive, List<Refused> refused) {
    public RecoveryReport {
        recovered = List.copyOf(recovered);
        alive = List.copyOf(alive);
        refused = List.copyOf(refused);
    }

    /**
     * @param why what happened and what to do
     */
    public record Refused(UUID journalId, String why) {}
}
