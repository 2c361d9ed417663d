package io.souk.gateway.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShardsTests {
    private static final int KEYS = 100_000;

    @Test
    void holdsWhatAMapHoldsWhateverChangesAndLeavesOlderCopiesAsTheyWere() {
        Random random = new Random(3);
        Shards<String, Integer> shards = Shards.empty();
        Map<String, Integer> model = new HashMap<>();
        List<Shards<String, Integer>> older = new ArrayList<>();
        List<Map<String, Integer>> olderModels = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            Map<String, Optional<Integer>> changes = new HashMap<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                String key = "key-" + random.nextInt(300);
                changes.put(key, random.nextInt(3) == 0 ? Optional.empty() : Optional.of(random.nextInt()));
            }
            older.add(shards);
            olderModels.add(Map.copyOf(model));
            shards = shards.with(changes);
            changes.forEach(
                    (key, value) -> value.ifPresentOrElse(present -> model.put(key, present), () -> model.remove(key)));
            assertSame(shards, model);
        }
        for (int i = 0; i < older.size(); i++) {
            assertSame(older.get(i), olderModels.get(i));
        }
    }

    private static void assertSame(Shards<String, Integer> shards, Map<String, Integer> model) {
        assertThat(shards.size()).isEqualTo(model.size());
        for (int i = 0; i < 300; i++) {
            assertThat(shards.get("key-" + i)).isEqualTo(model.get("key-" + i));
        }
        List<Integer> visited = new ArrayList<>();
        shards.forEach(visited::add);
        assertThat(visited).containsExactlyInAnyOrderElementsOf(model.values());
    }

    /** Were the shard and the bucket inside it chosen by the same bits, a shard would be one long list. */
    @Test
    void spreadsKeysOverShardsAndOverTheBucketsOfEach() {
        Map<Integer, Set<Integer>> buckets = new HashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        Random random = new Random(5);
        for (int i = 0; i < KEYS; i++) {
            Object key = i % 2 == 0 ? new UUID(random.nextLong(), random.nextLong()) : "key-" + i;
            int hash = key.hashCode();
            int shard = Shards.index(key);
            sizes.merge(shard, 1, Integer::sum);
            // as HashMap does with a table for about a hundred entries
            buckets.computeIfAbsent(shard, _ -> new HashSet<>()).add((hash ^ hash >>> 16) & 127);
        }
        assertThat(sizes).hasSize(1 << 10);
        assertThat(sizes.values()).allMatch(size -> size < 3 * KEYS / (1 << 10));
        assertThat(buckets).allSatisfy((shard, used) -> assertThat(used).hasSizeGreaterThan(30));
    }
}
