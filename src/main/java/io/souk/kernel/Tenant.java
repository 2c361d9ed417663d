package io.souk.kernel;

import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Whose data the present thread may see. Bound for the length of a request, a listener or a job, and read when a
 * database transaction begins: a transaction that begins while nothing is bound sees no tenant's rows at all.
 */
public final class Tenant {
    private static final ScopedValue<TenantId> CURRENT = ScopedValue.newInstance();

    private Tenant() {}

    /** The tenant bound to this thread, or empty. */
    public static Optional<TenantId> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /**
     * The tenant bound to this thread.
     *
     * @throws IllegalStateException if none is bound: a programming error, never a caller's
     */
    public static TenantId required() {
        return current().orElseThrow(() -> new IllegalStateException("no tenant is bound to this thread"));
    }

    /** Runs {@code work} as {@code tenant}. The binding does not reach threads that the work starts. */
    public static <T> T call(TenantId tenant, Callable<T> work) throws Exception {
        return ScopedValue.where(CURRENT, tenant).call(work::call);
    }

    /** Runs {@code work} as {@code tenant}; only unchecked exceptions pass. */
    public static void run(TenantId tenant, Runnable work) {
        ScopedValue.where(CURRENT, tenant).run(work);
    }

    /** Like {@link #call} for work that throws nothing checked. */
    public static <T extends @org.jspecify.annotations.Nullable Object> T get(
            TenantId tenant, java.util.function.Supplier<T> work) {
        return ScopedValue.where(CURRENT, tenant).call(work::get);
    }
}
