package io.souk.gateway.snapshot;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map whose changed copies are cheap: it is cut into shards, and a change copies only the shards that it
 * touches. With 100,000 entries a change of one key copies about a hundred of them.
 */
final class Shards<K, V> {
    private static final int SHIFT = 10;
    private static final int COUNT = 1 << SHIFT;

    private final Map<K, V>[] shards;

    private Shards(Map<K, V>[] shards) {
        this.shards = shards;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static <K, V> Shards<K, V> empty() {
        Map<K, V>[] shards = new Map[COUNT];
        java.util.Arrays.fill(shards, Map.of());
        return new Shards<>(shards);
    }

    @Nullable
    V get(K key) {
        return shards[index(key)].get(key);
    }

    /** A copy in which each of these keys has its new value, or none where the new value is empty. */
    Shards<K, V> with(Map<K, Optional<V>> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        Map<K, V>[] copy = shards.clone();
        boolean[] copied = new boolean[COUNT];
        changes.forEach((key, value) -> {
            int index = index(key);
            if (!copied[index]) {
                copy[index] = new HashMap<>(copy[index]);
                copied[index] = true;
            }
            value.ifPresentOrElse(present -> copy[index].put(key, present), () -> copy[index].remove(key));
        });
        return new Shards<>(copy);
    }

    void forEach(Consumer<V> visitor) {
        for (Map<K, V> shard : shards) {
            shard.values().forEach(visitor);
        }
    }

    int size() {
        int size = 0;
        for (Map<K, V> shard : shards) {
            size += shard.size();
        }
        return size;
    }

    // Other bits than a HashMap goes by: else all keys of a shard would lie in one of its buckets.
    static int index(Object key) {
        return key.hashCode() * 0x9E3779B9 >>> Integer.SIZE - SHIFT;
    }
}
