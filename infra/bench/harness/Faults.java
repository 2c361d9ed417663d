import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows without a peer: calls that need a lease or a key first, a restart after a kill, and a long run. */
final class Faults {
    private final Stage stage;
    private final Options options;
    private final Table table;

    Faults(Stage stage, Table table) {
        this.stage = stage;
        this.options = stage.options;
        this.table = table;
    }

    /** Every organisation has credit for about three calls and calls once, so every call asks PostgreSQL for a lease. */
    void lease() throws Exception {
        int organisations = options.quick() ? 50 : 500;
        List<String> keys = stage.souk().database.customers(organisations, organisations, 600_000L);
        Path file = Files.write(options.folder().resolve("keys-low"), keys);
        Thread.sleep(2_000);
        Stage.Run run = stage.measure(Stage.Target.SOUK, stage.client(Stage.Target.SOUK, file),
                load -> load.connections(32).rate(100).inOrder().seconds(organisations / 100.0 + 5));
        table.line("low balance: every call leases for itself, 100 calls/s",
                Table.text("p50 %.2f ms, p99 %.2f ms; CPU per call %.0f µs, with PostgreSQL %.0f µs",
                        run.get("latency_p50") / 1000, run.get("latency_p99") / 1000, run.ownPerCall(), run.allPerCall()));
        newKeys();
    }

    private void newKeys() throws Exception {
        int number = options.quick() ? 5 : 40;
        double[] millis = new double[number];
        long before = stage.upstream.calls();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < number; i++) {
                String key = stage.souk().database.oneMoreKey();
                long begin = System.nanoTime();
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stage.souk().port + "/v1/chat/completions"))
                                .timeout(Duration.ofSeconds(10))
                                .header("authorization", "Bearer " + key)
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"bench\",\"max_tokens\":16,"
                                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                millis[i] = (System.nanoTime() - begin) / 1e6;
                if (answer.statusCode() != 200) {
                    stage.problems.add("a new key's first call: " + answer.statusCode() + " " + answer.body());
                }
            }
        }
        stage.count(stage.upstream.calls() - before);
        table.line("a new key's first call, sent as soon as the key is committed", Table.spread("%.1f", millis) + " ms");
    }

    /** Settlement is held up while calls go on; then the gateway is killed, and what it left is settled at the next start. */
    void recovery() throws Exception {
        stage.awaitDrained();
        stage.killAndStart();
        double plainStart = stage.souk().startSeconds;
        stage.measure(Stage.Target.SOUK, load -> load.connections(64).seconds(options.quick() ? 1 : 5));
        long position = journalPosition();
        long seenBefore = stage.seen();
        long before = stage.upstream.calls();
        Path data = stage.souk().data;
        int port = stage.souk().database.port;
        try (Connection blocker = Database.open(data, port);
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("select 1 from billing.journals for no key update");
            stage.client(Stage.Target.SOUK).connections(64).seconds(options.quick() ? 3 : 20).run();
            stage.killAndStart();
        }
        double seconds = stage.souk().startSeconds - plainStart;
        stage.count(stage.upstream.calls() - before);
        long calls = stage.seen() - seenBefore;
        double bytes = stage.souk().database.number("select max(drained_to) from billing.journals where state = 'drained' "
                + "and drained_to >= " + position) - position;
        table.line("recovery after kill -9, settlement included",
                Table.text("%.0f s per GB of journal (%d calls, %.1f MB, start %.1f s instead of %.1f s)",
                        seconds / (bytes / 1e9), calls, bytes / 1e6, plainStart + seconds, plainStart));
        double perCall = bytes / calls;
        table.line("outage of PostgreSQL that a GB of journal lasts for",
                Table.text("%.1f hours at 500 calls/s (%.0f bytes per call), while leases last", 1e9 / perCall / 500 / 3600, perCall));
    }

    private long journalPosition() throws Exception {
        return stage.souk().database.number("select max(drained_to) from billing.journals where state = 'live'");
    }

    void soak() throws Exception {
        double seconds = options.soak().toMillis() / 1e3;
        stage.upstream.behave(100, 5_000);
        long before = stage.upstream.calls();
        Load.Running running = stage.client(Stage.Target.SOUK)
                .connections(256)
                .rate(200)
                .streams(30, 100)
                .seconds(seconds)
                .start();
        List<Long> heap = new ArrayList<>();
        for (int quarter = 1; quarter <= 4; quarter++) {
            Thread.sleep((long) (seconds * 250) - (quarter == 4 ? 500 : 0));
            heap.add(stage.souk().liveHeap());
        }
        Map<String, Double> numbers = running.await();
        long seen = stage.upstream.calls() - before;
        stage.count(seen);
        boolean flat = heap.getLast() <= heap.getFirst() * 1.1 + 2_000_000;
        boolean fine = numbers.get("errors") == 0 && seen == numbers.get("calls").longValue();
        table.line("soak of " + options.soak().toString().substring(2).toLowerCase(java.util.Locale.ROOT)
                        + ", mixed, 200 calls/s",
                "flat heap after GC, no error, no unaccounted call", flat && fine,
                Table.text("heap %s MB; %.0f calls, %.0f errors, %d seen by the backend, all settled once",
                        heap.stream().map(bytes -> Table.text("%.1f", bytes / 1e6)).toList(), numbers.get("calls"),
                        numbers.get("errors"), seen));
    }
}
