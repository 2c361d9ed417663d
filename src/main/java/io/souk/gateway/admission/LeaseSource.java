package io.souk.gateway.admission;

import io.souk.kernel.TenantId;
import java.util.UUID;
import java.util.function.Consumer;

/** Where credit comes from. Every method returns at once and answers later, on a thread of the source. */
public interface LeaseSource {
    /**
     * Asks for credit.
     *
     * @param need what is missing now, above zero
     * @param want what would be liked, to ask less often
     */
    void grant(TenantId tenant, UUID counterId, long need, long want, Consumer<Grant> then);

    /** Gives back credit that is no longer spendable here. Kept and repeated until it succeeds. */
    void giveBack(TenantId tenant, UUID counterId, long nanos);

    sealed interface Grant {
        /** @param nanos what may be spent from now on: the need and perhaps more, or less if no more is left */
        record Granted(long nanos) implements Grant {}

        /** The source could not be asked; whether there is credit is not known. */
        record Unavailable() implements Grant {}
    }
}
