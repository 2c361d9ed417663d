package io.souk.models.inference;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Work that is done in steps, so that several callers can take turns on one thread. */
@FunctionalInterface
public interface Steps<T> {
    /**
     * Does one step of bounded length on the calling thread.
     *
     * @return the result when that was the last step, else null
     * @throws InputRefused when the input cannot be taken
     */
    @Nullable
    T next(MiniLm model);

    /** The same work with its result turned into something else, on the thread that did the last step. */
    default <R> Steps<R> then(Function<? super T, ? extends R> change) {
        return model -> {
            var result = next(model);
            return result == null ? null : change.apply(result);
        };
    }
}
