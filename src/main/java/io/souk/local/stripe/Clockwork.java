package io.souk.local.stripe;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does what falls due: renewals, finalisations, retries, expiries, each in a transaction of its own and at the instant at
 * which it was due, however much later that is noticed or the clock is moved.
 */
final class Clockwork {
    private static final Logger log = LoggerFactory.getLogger(Clockwork.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FOR_WEBHOOKS = Duration.ofSeconds(5);
    private static final int MOST_STEPS = 10_000;

    private final Records records;
    private final WebhookSender sender;
    private final Map<String, Consumer<ObjectNode>> duties;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Object alarm = new Object();
    private boolean rung;
    private volatile @Nullable Thread worker;

    /** {@code duties} says what to do for an object of a type that is due; it must change or remove when it is due. */
    Clockwork(Records records, WebhookSender sender, Map<String, Consumer<ObjectNode>> duties) {
        this.records = records;
        this.sender = sender;
        this.duties = duties;
    }

    synchronized void start() {
        if (worker == null) {
            Thread thread = Thread.ofVirtual().name("local-stripe-clock").unstarted(this::run);
            worker = thread;
            thread.start();
        }
    }

    synchronized void stop() {
        Thread thread = worker;
        worker = null;
        if (thread != null) {
            wake();
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void wake() {
        synchronized (alarm) {
            rung = true;
            alarm.notifyAll();
        }
    }

    private void run() {
        while (Thread.currentThread() == worker) {
            try {
                inTurn(() -> catchUp(null, records.time().global()));
                synchronized (alarm) {
                    if (!rung) {
                        alarm.wait(1_000);
                    }
                    rung = false;
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.warn("the local Stripe could not do what was due: {}", e.getMessage());
                synchronized (alarm) {
                    rung = false;
                }
            }
        }
    }

    /** Moves the clock forward and returns when everything up to then was done and told once. */
    void advance(Duration by) {
        if (by.isNegative()) {
            throw Refusal.invalid(null, "The clock only goes forward.", null);
        }
        inTurn(() -> {
            long target = records.time().global() + by.toSeconds();
            catchUp(null, target);
            records.store().write(() -> {
                records.time().moveTo(target);
                return true;
            });
        });
        wake();
        sender.wake();
        sender.settled(FOR_WEBHOOKS);
    }

    private void inTurn(Runnable work) {
        try {
            if (!turn.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refusal.lockTimeout();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.lockTimeout();
        }
        try {
            work.run();
        } finally {
            turn.unlock();
        }
    }

    private void catchUp(@Nullable String testClock, long target) {
        for (int step = 0; step < MOST_STEPS; step++) {
            Optional<ObjectNode> due = records.store().firstDue(testClock, target);
            if (due.isEmpty()) {
                return;
            }
            if (Json.is(due.get(), "object", TestClocks.TYPE)) {
                advanceTestClock(Json.need(due.get(), "id"));
            } else {
                perform(due.get(), testClock);
            }
        }
        throw new IllegalStateException("more than " + MOST_STEPS + " things were due at once");
    }

    private void perform(ObjectNode due, @Nullable String testClock) {
        String id = Json.need(due, "id");
        long at = Json.number(due, "_due");
        try {
            records.store().write(() -> {
                if (testClock == null) {
                    records.time().moveTo(at);
                } else {
                    ObjectNode clock = records.get(TestClocks.TYPE, testClock);
                    clock.put("frozen_time", Math.max(at, Json.number(clock, "frozen_time")));
                    records.save(clock);
                }
                return records.time().at(at, () -> {
                    ObjectNode current = records.store().find(id).orElseThrow();
                    if (current.has("_due") && Json.number(current, "_due") == at) {
                        duties.getOrDefault(Json.need(current, "object"), Clockwork::forget)
                                .accept(current);
                    }
                    return true;
                });
            });
        } catch (RuntimeException e) {
            log.error("the local Stripe gives up on {}, which was due", id, e);
            records.store().write(() -> {
                ObjectNode current = records.store().find(id).orElseThrow();
                forget(current);
                records.save(current);
                return true;
            });
        }
        sender.wake();
        sender.settled(FOR_WEBHOOKS);
    }

    private static void forget(ObjectNode object) {
        object.remove("_due");
    }

    private void advanceTestClock(String id) {
        long target = Json.number(records.get(TestClocks.TYPE, id), "_target");
        catchUp(id, target);
        records.store().write(() -> {
            ObjectNode clock = records.get(TestClocks.TYPE, id);
            clock.put("frozen_time", target);
            clock.put("status", "ready");
            clock.putObject("status_details");
            clock.remove("_target");
            clock.remove("_due");
            records.saveAndTell(clock, "test_helpers.test_clock.ready");
            return true;
        });
        sender.wake();
    }
}
