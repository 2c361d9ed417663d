package io.souk.gateway.relay;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a key may call, for {@code GET /v1/models}. */
public interface Models {
    /**
     * Lists what the key may call. Never blocks.
     *
     * @param apiKey the key as presented, null when there was none
     * @param loop where {@code then} runs
     */
    void list(@Nullable String apiKey, Executor loop, Consumer<ModelList> then);

    /** What became of a request for the list. */
    sealed interface ModelList {
        record Listed(List<Model> models) implements ModelList {}

        record Refused(Refusal refusal) implements ModelList {}
    }

    /**
     * One model on the list.
     *
     * @param id the name to call it by; may contain slashes
     * @param ownedBy who sells it
     */
    record Model(String id, Instant created, String ownedBy) {}
}
