package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.gateway.journal.JournalRecord.Extend;
import io.souk.gateway.journal.JournalRecord.Open;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are open after some records, in the order of their OPENs. A function of those records alone, so that
 * every reader of a journal comes to the same.
 */
final class OpenCalls {
    private static final class Entry {
        private final Open open;
        private List<Attempt> attempts = List.of();
        private List<Extend> extensions = List.of();
        private @Nullable Checkpoint checkpoint;

        Entry(Open open) {
            this.open = open;
        }
    }

    private final Map<UUID, Entry> calls = new LinkedHashMap<>();
    private long orphans;

    /** Takes the next record; gives back the call that it ends. A record of a call that is not open changes nothing. */
    @Nullable
    FinishedCall accept(JournalRecord record) {
        if (record instanceof Open open) {
            if (calls.putIfAbsent(open.callId(), new Entry(open)) != null) {
                orphans++;
            }
            return null;
        }
        Entry entry = calls.get(record.callId());
        if (entry == null) {
            orphans++;
            return null;
        }
        switch (record) {
            case Open _ -> throw new IllegalStateException("handled above");
            case Attempt attempt -> entry.attempts = append(entry.attempts, attempt);
            case Extend extend -> entry.extensions = append(entry.extensions, extend);
            case Checkpoint checkpoint -> entry.checkpoint = checkpoint;
            case Close close -> {
                calls.remove(close.callId());
                return new FinishedCall(entry.open, entry.attempts, entry.extensions, close);
            }
        }
        return null;
    }

    /** Records that belonged to no open call: second CLOSEs, or the rest of a call whose OPEN was damaged. */
    long orphans() {
        return orphans;
    }

    int size() {
        return calls.size();
    }

    List<OpenCall> list() {
        List<OpenCall> list = new ArrayList<>(calls.size());
        for (Entry entry : calls.values()) {
            list.add(new OpenCall(entry.open, entry.attempts, entry.extensions, entry.checkpoint));
        }
        return list;
    }

    /** Records that lead to the same state. */
    List<JournalRecord> records() {
        List<JournalRecord> records = new ArrayList<>();
        for (Entry entry : calls.values()) {
            records.add(entry.open);
            records.addAll(entry.attempts);
            records.addAll(entry.extensions);
            if (entry.checkpoint != null) {
                records.add(entry.checkpoint);
            }
        }
        return records;
    }

    private static <T> List<T> append(List<T> list, T element) {
        if (list.isEmpty()) {
            return List.of(element);
        }
        List<T> longer = list instanceof ArrayList<T> ? list : new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
