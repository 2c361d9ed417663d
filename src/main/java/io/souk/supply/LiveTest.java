package io.souk.supply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What real calls to the backends of an offer showed.
 *
 * @param counted whether every backend passed and nothing changed meanwhile, so that the offer may go live
 * @param note why it does not count although all passed, null otherwise
 */
public record LiveTest(
        List<Result> results, boolean counted, @Nullable String note) {
    /** One backend's part. */
    public record Result(BackendView backend, List<Step> steps) {
        public boolean passed() {
            return steps.stream().allMatch(Step::passed);
        }
    }

    /**
     * One call.
     *
     * @param name what was asked, as {@code Streamed answer}
     * @param answer what a person can read of the answer, empty if there is none
     * @param tokens what the server reported, as {@code 12 in, 5 out}; empty if it failed
     * @param problem why it failed, null if it passed
     */
    public record Step(
            String name,
            String answer,
            String tokens,
            int latencyMs,
            @Nullable String problem) {
        public boolean passed() {
            return problem == null;
        }
    }

    public boolean passed() {
        return !results.isEmpty() && results.stream().allMatch(Result::passed);
    }
}
