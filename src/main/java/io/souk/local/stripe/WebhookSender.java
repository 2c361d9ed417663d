package io.souk.local.stripe;

import com.stripe.net.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the endpoints what happened: signed anew for each attempt by its own clock, at most eight attempts at a time, ten seconds for each,
 * again after 1 s, 5 s, 30 s, 2 min, 10 min and longer until three days have passed. One endpoint's trouble delays no
 * other's. An attempt that a kill interrupted is made again.
 */
final class WebhookSender {
    private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
    private static final int AT_ONCE = 8;
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final long[] PAUSES = {1, 5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400};

    private record Delivery(long seq, String event, String endpoint, int attempts) {}

    private final Records records;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger duplicates = new AtomicInteger();
    private volatile boolean held;
    private volatile boolean newestFirst;
    private volatile @Nullable Thread worker;

    WebhookSender(Records records) {
        this.records = records;
    }

    synchronized void start() {
        if (worker == null) {
            Thread thread = Thread.ofVirtual().name("local-stripe-webhooks").unstarted(this::run);
            worker = thread;
            thread.start();
        }
    }

    /** Stops sending; attempts under way have five seconds to end. */
    synchronized void stop() {
        Thread thread = worker;
        worker = null;
        if (thread == null) {
            return;
        }
        wake();
        try {
            thread.join(Duration.ofSeconds(2));
            if (slots.tryAcquire(AT_ONCE, 5, TimeUnit.SECONDS)) {
                slots.release(AT_ONCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something may be due. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps everything back, or lets it go, the newest first if so ordered. */
    void hold(boolean hold, boolean newestFirstAfterwards) {
        newestFirst = newestFirstAfterwards;
        held = hold;
        wake();
    }

    /** The next {@code times} deliveries are made twice. */
    void duplicateNext(int times) {
        duplicates.set(Math.min(times, 1_000));
    }

    /** Sends an event once more to every endpoint that had it. */
    void replay(String event) {
        records.store()
                .write(() -> records.store()
                        .jdbc()
                        .sql("""
                            insert into local_stripe.deliveries (event, endpoint, next_attempt_at)
                            select distinct event, endpoint, :now::bigint
                              from local_stripe.deliveries where event = :event\
                            """)
                        .param("now", records.time().globalMillis())
                        .param("event", event)
                        .update());
        wake();
    }

    /** Waits until each event that is not held back was tried once; false when {@code patience} ended first. */
    boolean settled(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (worker != null && !held && untried() > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            await(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
        return true;
    }

    private int untried() {
        return records.store().jdbc().sql("""
            select count(*) from local_stripe.deliveries
             where next_attempt_at is not null and attempts = 0 and delivered_at is null\
            """).query(Integer.class).single();
    }

    private void await(long nanos) {
        lock.lock();
        try {
            if (changed.awaitNanos(nanos) > 0) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (Thread.currentThread() == worker) {
            try {
                List<Delivery> due = held ? List.of() : claim();
                for (Delivery delivery : due) {
                    if (!slots.tryAcquire(30, TimeUnit.SECONDS)) {
                        break;
                    }
                    Thread.ofVirtual().name("local-stripe-webhook").start(() -> {
                        try {
                            deliver(delivery);
                        } finally {
                            slots.release();
                            wake();
                        }
                    });
                }
                if (due.isEmpty()) {
                    await(TimeUnit.MILLISECONDS.toNanos(500));
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.warn("the local Stripe could not look for webhooks to send: {}", e.getMessage());
                await(TimeUnit.SECONDS.toNanos(2));
            }
        }
    }

    /** Takes what is due; it is due again in a minute, should this process end before it says otherwise. */
    private List<Delivery> claim() {
        long now = records.time().globalMillis();
        return records
                .store()
                .jdbc()
                .sql("""
                    update local_stripe.deliveries d set next_attempt_at = :lease
                      from (select seq from local_stripe.deliveries
                             where next_attempt_at <= :now
                             order by seq %s limit :most for update skip locked) due
                     where d.seq = due.seq
                    returning d.seq, d.event, d.endpoint, d.attempts\
                    """.formatted(newestFirst ? "desc" : ""))
                .param("lease", now + 60_000)
                .param("now", now)
                .param("most", AT_ONCE)
                .query((row, n) -> new Delivery(row.getLong(1), row.getString(2), row.getString(3), row.getInt(4)))
                .list()
                .stream()
                .sorted((a, b) -> newestFirst ? Long.compare(b.seq(), a.seq()) : Long.compare(a.seq(), b.seq()))
                .toList();
    }

    private void deliver(Delivery delivery) {
        try {
            Optional<ObjectNode> endpoint = records.find(WebhookEndpoints.TYPE, delivery.endpoint());
            Optional<ObjectNode> event = records.find(EventLog.TYPE, delivery.event());
            if (endpoint.isEmpty() || event.isEmpty()) {
                finish(delivery, null, null, "endpoint deleted");
                return;
            }
            int times = duplicates.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 2 : 1;
            int status = 0;
            for (int i = 0; i < times; i++) {
                status = attempt(endpoint.get(), event.get());
            }
            long now = records.time().globalMillis();
            if (status >= 200 && status < 300) {
                finish(delivery, now, null, "HTTP " + status);
            } else {
                finish(delivery, null, next(delivery, now), "HTTP " + status);
            }
        } catch (IOException e) {
            String reason = e.getClass().getSimpleName();
            finish(delivery, null, next(delivery, records.time().globalMillis()), reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | GeneralSecurityException e) {
            log.warn("the local Stripe could not deliver event {}: {}", delivery.event(), e.getMessage());
        }
    }

    private static @Nullable Long next(Delivery delivery, long now) {
        return delivery.attempts() < PAUSES.length ? now + PAUSES[delivery.attempts()] * 1_000 : null;
    }

    private int attempt(ObjectNode endpoint, ObjectNode event)
            throws IOException, InterruptedException, GeneralSecurityException {
        event.put("api_version", Json.need(endpoint, "api_version"));
        String body =
                Json.write(Json.shown(EventLog.pending(event, records.store().jdbc())));
        long at = records.time().global();
        HttpRequest request = HttpRequest.newBuilder(URI.create(Json.need(endpoint, "url")))
                .timeout(ATTEMPT)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                .header("Stripe-Signature", signature(body, Json.need(endpoint, "_secret"), at))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    static String signature(String body, String secret, long at) throws GeneralSecurityException {
        return "t=" + at + ",v1=" + Webhook.Util.computeHmacSha256(secret, at + "." + body);
    }

    private void finish(Delivery delivery, @Nullable Long deliveredAt, @Nullable Long nextAt, String outcome) {
        records.store()
                .jdbc()
                .sql("""
                    update local_stripe.deliveries
                       set attempts = attempts + 1, delivered_at = :delivered, next_attempt_at = :next,
                           last_outcome = :outcome
                     where seq = :seq\
                    """)
                .param("delivered", deliveredAt, java.sql.Types.BIGINT)
                .param("next", nextAt, java.sql.Types.BIGINT)
                .param("outcome", outcome)
                .param("seq", delivery.seq())
                .update();
    }
}
