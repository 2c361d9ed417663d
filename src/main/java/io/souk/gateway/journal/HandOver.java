package io.souk.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what goes on after one write, and hands it over once to each place where any of it goes on. */
final class HandOver {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);

    /** What one executor is to be given; there are as many as event loops. */
    private static final class Parcel {
        private final Executor executor;
        private List<Runnable> tasks = new ArrayList<>();

        Parcel(Executor executor) {
            this.executor = executor;
        }
    }

    private static final int MOST_KEPT = 64;

    private final List<Parcel> parcels = new ArrayList<>();

    void add(Ack.@Nullable Onward onward) {
        if (onward != null) {
            parcel(onward.executor()).tasks.add(onward);
        }
    }

    private Parcel parcel(Executor executor) {
        for (int i = 0; i < parcels.size(); i++) {
            if (parcels.get(i).executor == executor) {
                return parcels.get(i);
            }
        }
        Parcel parcel = new Parcel(executor);
        parcels.add(parcel);
        return parcel;
    }

    void flush() {
        for (int i = 0; i < parcels.size(); i++) {
            Parcel parcel = parcels.get(i);
            if (!parcel.tasks.isEmpty()) {
                List<Runnable> tasks = parcel.tasks;
                parcel.tasks = new ArrayList<>();
                give(parcel.executor, tasks);
            }
        }
        if (parcels.size() > MOST_KEPT) {
            parcels.clear();
        }
    }

    private static void give(Executor executor, List<Runnable> tasks) {
        try {
            executor.execute(tasks.size() == 1 ? tasks.getFirst() : () -> tasks.forEach(HandOver::run));
        } catch (RuntimeException ended) {
            log.debug("what waited for the journal has ended before", ended);
        }
    }

    // one caller's mistake must not cost the others their answer
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException mistake) {
            log.error("a call could not go on after its record was written", mistake);
        }
    }
}
