package io.souk.gateway.admission;

import io.souk.kernel.TenantId;
import java.util.UUID;
import java.util.function.Consumer;

/** Where credit comes from. Every method returns at once and answers later, on a thread of the source. */
public interface LeaseSource {
    /** Asks for credit. */
    void grant(TenantId tenant, UUID counterId, Wish wish, Consumer<Grant> then);

    /** Gives back credit that is no longer spendable here. Kept and repeated until it succeeds. */
    void giveBack(TenantId tenant, UUID counterId, long nanos);

    /**
     * What is asked for.
     *
     * @param need what is missing now; zero when it is only for later
     * @param least the least that is of any use; where there is not even that, nothing is granted
     * @param want what would be liked, to ask less often; what is granted above the need is a multiple of the least
     * @param recall whether others who hold some are asked to give it back if the need cannot be met
     */
    record Wish(long need, long least, long want, boolean recall) {}

    sealed interface Grant {
        /**
         * @param nanos what may be spent from now on: the need and perhaps more, or less if no more is left
         * @param moreMayCome whether others hold some, so that asking again in a moment may help
         */
        record Granted(long nanos, boolean moreMayCome) implements Grant {}

        /** The source could not be asked; whether there is credit is not known. */
        record Unavailable() implements Grant {}
    }
}
