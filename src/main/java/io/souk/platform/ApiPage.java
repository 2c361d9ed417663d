package io.souk.platform;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of the management API.
 *
 * @param data the things, in the order of the list
 * @param next to be sent as {@code cursor} for the following ones; null if these are the last
 */
public record ApiPage<T>(List<T> data, @Nullable String next) {
    /**
     * A page of what was looked up with one more than is shown, which tells whether there are more.
     *
     * @param most how many are shown
     * @param cursor the place of a thing in the list
     */
    public static <S, T> ApiPage<T> of(
            List<S> found, int most, Function<? super S, String> cursor, Function<? super S, T> shown) {
        boolean more = found.size() > most;
        List<S> kept = more ? found.subList(0, most) : found;
        return new ApiPage<>(kept.stream().<T>map(shown).toList(), more ? cursor.apply(kept.getLast()) : null);
    }
}
