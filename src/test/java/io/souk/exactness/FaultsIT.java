package io.souk.exactness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.access.KeySecret;
import io.souk.billing.GivenUp;
import io.souk.billing.Journals.Declaration;
import io.souk.support.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Disks that are full, fail and rot, clocks that are wrong, a database that is away and an operator who stops a gateway,
 * all of it at gateways that are processes of their own. Each is followed by the audit of {@link Books}.
 */
class FaultsIT extends Market {
    private static final Logger log = LoggerFactory.getLogger(FaultsIT.class);
    private static final List<Plan> ORDINARY = List.of(Plan.HONEST, Plan.HONEST, Plan.SLOW);
    /** What a call of {@link #ORDINARY} costs. */
    private static final long EACH = Plan.INPUT * Customer.INPUT_NANOS + Plan.OUTPUT * Customer.OUTPUT_NANOS;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** Waits until callers have had that many answers of this status more. */
    private static void moreOf(int status, int answers, Load load, String when) {
        int before = load.statuses().getOrDefault(status, 0);
        await(status + " " + when)
                .atMost(Duration.ofSeconds(40))
                .until(() -> load.statuses().getOrDefault(status, 0) >= before + answers);
    }

    /** A full disk: nothing new may begin, everything that runs may end. Then no write succeeds, and then all do again. */
    @Test
    void livesThroughAFullDiskAndFailingWrites() throws Exception {
        int gateway = gateways.with("souk.gateway.journal.segment", "256KB").start();
        try (Load load = new Load(customer, List.of(gateway), Plan.mixture(), 11)) {
            moreOf(200, 20, load, "at first");
            String full = "mark-" + UUID.randomUUID();
            try (Caller running = new Caller(gateway, full, Plan.HELD)) {
                running.readUntil("All");
                gateways.limitFiles(gateway, sizeOfANewSegment(gateway));
                moreOf(503, 40, load, "on a full disk");
                int whole = load.statuses().getOrDefault(200, 0);
                moreOf(503, 40, load, "on a full disk");
                assertThat(load.statuses().getOrDefault(200, 0) - whole)
                        .as("calls that began on a full disk, but for those that ran")
                        .isLessThanOrEqualTo(8);
                seller.letGo();
                assertThat(running.readAll()).as("a call that ran").contains("[DONE]");
            }
            gateways.limitFilesNoMore(gateway);
            moreOf(200, 20, load, "once there is room again");

            String failing = "mark-" + UUID.randomUUID();
            try (Caller running = new Caller(gateway, failing, Plan.ENDLESS)) {
                running.readUntil("All");
                // less than a file's header: what failed cannot go to another file either
                gateways.limitFiles(gateway, 32);
                moreOf(503, 40, load, "while writes fail");
                gateways.limitFilesNoMore(gateway);
                moreOf(200, 20, load, "by itself once writes succeed again");
                assertThat(running.readAll())
                        .as("a call whose end cannot be recorded")
                        .doesNotContain("[DONE]");
            }
            load.stop();
            books().agree("a full disk and failing writes", load, seller.seen());
            assertThat(books().reasonOf(full)).isEqualTo("completed");
            assertThat(books().reasonOf(failing)).isEqualTo("interrupted");
        }
    }

    /** A file that has long to grow, so that it is this size which ends its growth. */
    private long sizeOfANewSegment(int gateway) {
        long[] size = new long[1];
        await("a segment that is new")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    size[0] = Files.size(gateways.lastSegment(gateway));
                    return size[0] >= 64 << 10 && size[0] <= 128 << 10;
                });
        return size[0];
    }

    /** Half a record behind the last one, as a write leaves it that never ended. */
    private static void tear(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = 64;
        while (end + 4 < bytes.length && ByteBuffer.wrap(bytes).getInt(end) > 0) {
            end += 9 + ByteBuffer.wrap(bytes).getInt(end);
        }
        byte[] half = Arrays.copyOfRange(bytes, 64, 64 + 40);
        half[20] ^= 1;
        write(segment, end, half);
        log.info("half a record written behind byte {} of {}", end, segment.getFileName());
    }

    private static void write(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    /** A byte rots in the middle of what was never settled; later a whole volume is gone. An admin gives both up. */
    @Test
    void keepsTheCreditOfJournalsThatCannotBeReadUntilTheyAreGivenUp() throws Exception {
        int gateway = gateways.start();
        try (Load load = new Load(customer, List.of(gateway), ORDINARY, 12)) {
            moreOf(200, 20, load, "at first");
            database.stop();
            moreOf(200, 60, load, "on what is on lease");
            during(500);
            gateways.kill(gateway);
            Path rotten = gateways.journal(gateway);
            UUID damaged = UUID.fromString(rotten.getFileName().toString());
            rot(gateways.lastSegment(gateway));
            database.start();
            gateways.startAgain(gateway);
            assertThat(gateways.output(gateway)).contains("journal " + damaged + " has damaged files");
            moreOf(200, 20, load, "beside the damaged journal");

            database.stop();
            moreOf(200, 60, load, "on what is on lease");
            during(500);
            gateways.kill(gateway);
            Path gone = gateways.journal(gateway);
            UUID lost = UUID.fromString(gone.getFileName().toString());
            assertThat(lost).isNotEqualTo(damaged);
            Folders.delete(gone);
            database.start();
            gateways.startAgain(gateway);
            moreOf(200, 20, load, "beside the lost journal");
            load.stop();

            List<UUID> unreadable = List.of(damaged, lost);
            Set<String> missing =
                    books().agreeButFor("a rotten and a lost journal", load, seller.seen(), unreadable, EACH);
            assertThat(missing).as("the test did take something away").isNotEmpty();

            assertThat(GivenUp.declare(database.source(), lost, Duration.ZERO))
                    .as("its gateway was heard of a moment ago")
                    .isInstanceOf(Declaration.StillHeardOf.class);
            assertThat(GivenUp.declare(database.source(), lost, Duration.ofMinutes(5)))
                    .isInstanceOf(Declaration.Lost.class);
            assertThat(GivenUp.declare(database.source(), damaged, Duration.ZERO))
                    .isInstanceOf(Declaration.Lost.class);
            Set<String> seen = new HashSet<>(seller.seen());
            seen.removeAll(missing);
            books().agree("both given up", load, seen);
        }
    }

    /** Flips a bit in a record in the middle of the file, which had long been forced. */
    private static void rot(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        List<Integer> records = new ArrayList<>();
        int at = 64;
        while (at + 4 < bytes.length && ByteBuffer.wrap(bytes).getInt(at) > 0) {
            records.add(at);
            at += 9 + ByteBuffer.wrap(bytes).getInt(at);
        }
        int middle = records.get(records.size() / 2) + 12;
        write(segment, middle, new byte[] {(byte) (bytes[middle] ^ 1)});
        log.info("byte {} of {} flipped, {} records", middle, at, records.size());
    }

    /**
     * Every acknowledgement is forced, one machine's clock is hours ahead and the other's hours behind, and both are killed,
     * one of them in the middle of a write. Before that, 500 calls at once share what a hundred cost.
     */
    @Test
    void agreesOverTwoGatewaysWithWrongClocksThatForceEverythingAndAreKilled() throws Exception {
        List<Integer> both =
                gateways.with("souk.gateway.journal.fsync", "0ms").start(Duration.ofHours(5), Duration.ofHours(-3));
        exactlyAHundredPass(both);
        Set<String> before = seller.seen();
        try (Load load = new Load(customer, both, Plan.mixture(), 13)) {
            moreOf(200, 30, load, "at first");
            gateways.kill(both.getFirst());
            tear(gateways.lastSegment(both.getFirst()));
            gateways.launchAgain(both.getFirst());
            moreOf(200, 10, load, "at the other one after a kill");
            gateways.kill(both.getLast());
            gateways.launchAgain(both.getLast());
            both.forEach(gateways::awaitReady);
            moreOf(200, 20, load, "after the kills");
            load.stop();
            Set<String> seen = new HashSet<>(seller.seen());
            seen.removeAll(before);
            books().agree("fsync=always, clocks 5 h ahead and 3 h behind, both killed, a torn tail", load, seen);
        }
        assertThat(database.sql()
                        .sql("""
                            select max(abs(extract(epoch from started_at - clock_timestamp()))) from usage.calls
                            where tenant_id = ?\
                            """)
                        .param(customer.tenant())
                        .query(Double.class)
                        .single())
                .as("seconds by which a call is dated wrongly")
                .isLessThan(300);
    }

    private void exactlyAHundredPass(List<Integer> gateways) throws Exception {
        long each = Plan.CONSTANT_OUTPUT * Customer.OUTPUT_NANOS;
        Customer hundred = Customer.ofConstantCost(database.sql(), seller.address(), 100 * each, Plan.CONSTANT_OUTPUT);
        int before = seller.seen().size();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(held(gateways.get(i % 2), hundred));
        }
        allDecided(answers, before);
        assertThat(seller.seen().size() - before)
                .as("calls that passed, all held open")
                .isEqualTo(100);
        seller.letGo();
        for (CompletableFuture<Integer> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }
        assertThat(statuses(answers)).isEqualTo(Map.of(200, 100L, 402, 400L));
        JdbcClient sql = database.sql();
        await("all of it is spent and settled")
                .atMost(Duration.ofSeconds(30))
                .until(() -> sql.sql("select spent_nanos from billing.counters where id = ?")
                                .param(hundred.wallet())
                                .query(Long.class)
                                .single()
                        == 100 * each);
        new Books(sql, hundred).sumsUp();
        log.info("500 calls at once over two gateways with credit for 100: 100 passed");
    }

    /** As an SDK calls: a gateway that is too busy to take it is asked again. */
    private CompletableFuture<Integer> held(int gateway, Customer of) {
        return http.sendAsync(request(gateway, of.key(), of, Plan.HELD), HttpResponse.BodyHandlers.ofString())
                .thenCompose(answer -> answer.statusCode() == 503
                        ? held(gateway, of)
                        : CompletableFuture.completedFuture(answer.statusCode()));
    }

    /** Each was refused or has reached the backend, which holds it. */
    private void allDecided(List<CompletableFuture<Integer>> answers, int before) {
        await("all are decided").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Map<Integer, Long> refused = statuses(answers);
            assertThat(refused.keySet()).isSubsetOf(402);
            assertThat(refused.getOrDefault(402, 0L) + seller.seen().size() - before)
                    .as("%s refused, and those that passed", refused)
                    .isEqualTo(answers.size());
        });
        assertThat(seller.seen().size() - before).as("calls that passed").isLessThanOrEqualTo(100);
    }

    /** How many were answered with which status by now; -1 stands for no answer. */
    private static Map<Integer, Long> statuses(List<CompletableFuture<Integer>> answers) {
        return answers.stream()
                .filter(CompletableFuture::isDone)
                .collect(Collectors.groupingBy(
                        answer -> answer.isCompletedExceptionally() ? -1 : answer.join(), Collectors.counting()));
    }

    /**
     * A key is revoked on both gateways within a second. With PostgreSQL away they serve what is on lease until their
     * snapshot is too old, and then say 503, never 402. Asked to stop, one lets its calls end until its deadline.
     */
    @Test
    void obeysRevocationsRefusesWhenCutOffAndStopsInOrder() throws Exception {
        List<Integer> both = gateways.with("souk.gateway.snapshot-max-age", "4s")
                .with("souk.gateway.stop-timeout", "5s")
                .start(Duration.ZERO, Duration.ZERO);
        revocations(both);

        try (Load load = new Load(customer, both, ORDINARY, 14)) {
            moreOf(200, 30, load, "at first");
            database.stop();
            long away = System.nanoTime();
            moreOf(200, 20, load, "from leases, while PostgreSQL is away");
            assertThat(Duration.ofNanos(System.nanoTime() - away))
                    .as("time until then")
                    .isLessThan(Duration.ofSeconds(4));
            await("both gateways refuse")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> both.forEach(gateway -> {
                        HttpResponse<String> refused = ask(gateway, customer.key());
                        assertThat(refused.statusCode()).isEqualTo(503);
                        assertThat(refused.headers().firstValue("retry-after")).isPresent();
                        assertThat(refused.body()).contains("service_unavailable");
                    }));
            assertThat(Duration.ofNanos(System.nanoTime() - away))
                    .as("time until they refused")
                    .isGreaterThan(Duration.ofSeconds(3));
            int whole = load.statuses().getOrDefault(200, 0);
            moreOf(503, 30, load, "when the snapshot is too old");
            assertThat(load.statuses().getOrDefault(200, 0) - whole)
                    .as("calls answered when the snapshot was too old, but for those that ran")
                    .isLessThanOrEqualTo(8);
            assertThat(load.statuses())
                    .as("PostgreSQL away is not a lack of credit")
                    .doesNotContainKey(402);
            database.start();
            moreOf(200, 20, load, "when PostgreSQL is back");
            load.stop();
            books().agree("PostgreSQL away for longer than snapshot.max-age", load, seller.seen());

            stops(both.getFirst());
            books().agree("a stop in order", load, seller.seen());
        }
    }

    private void revocations(List<Integer> both) {
        JdbcClient sql = database.sql();
        long worst = 0;
        for (int i = 0; i < 5; i++) {
            String key = KeySecret.generate(new SecureRandom());
            sql.sql("""
                insert into access.api_keys (tenant_id, id, project_id, name, start, secret_hash, created_at)
                select tenant_id, gen_random_uuid(), project_id, 'To be revoked', 'sk-souk-',
                    sha256(convert_to(?, 'UTF8')), now() from access.api_keys where tenant_id = ? limit 1\
                """).params(key, customer.tenant()).update();
            both.forEach(gateway -> assertThat(ask(gateway, key).statusCode()).isEqualTo(200));
            sql.sql("update access.api_keys set revoked_at = now() where secret_hash = sha256(convert_to(?, 'UTF8'))")
                    .param(key)
                    .update();
            long revoked = System.nanoTime();
            List<CompletableFuture<Long>> until = both.stream()
                    .map(gateway -> CompletableFuture.supplyAsync(() -> {
                        while (ask(gateway, key).statusCode() != 401) {
                            during(5);
                        }
                        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - revoked);
                    }))
                    .toList();
            for (CompletableFuture<Long> each : until) {
                worst = Math.max(worst, each.orTimeout(20, TimeUnit.SECONDS).join());
            }
        }
        log.info("5 keys revoked on 2 gateways: the slowest obeyed after {} ms", worst);
        assertThat(worst).as("milliseconds until a revoked key was refused").isLessThan(1_000);
    }

    private void stops(int gateway) throws Exception {
        String ends = "mark-" + UUID.randomUUID();
        String stays = "mark-" + UUID.randomUUID();
        try (Caller ending = new Caller(gateway, ends, Plan.HELD);
                Caller staying = new Caller(gateway, stays, Plan.ENDLESS)) {
            ending.readUntil("All");
            staying.readUntil("All");
            long asked = System.nanoTime();
            gateways.ask(gateway);
            await("new calls are refused")
                    .atMost(Duration.ofSeconds(4))
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        HttpResponse<String> refused = ask(gateway, customer.key());
                        assertThat(refused.statusCode()).isEqualTo(503);
                        assertThat(refused.headers().firstValue("retry-after")).isPresent();
                        assertThat(refused.headers().firstValue("connection")).hasValue("close");
                    });
            seller.letGo();
            assertThat(ending.readAll()).as("a call that ended in time").contains("[DONE]");
            assertThat(staying.readAll()).as("a call that did not end").doesNotContain("[DONE]");
            assertThat(gateways.awaitEnd(gateway)).as("exit status").isIn(0, 143);
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            log.info("a gateway with a stop-timeout of 5 s ended {} ms after SIGTERM", took.toMillis());
            assertThat(took).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
        }
        assertThat(gateways.journals(gateway))
                .as("every journal was settled and put away")
                .allMatch(journal -> journal.toString().endsWith(".drained"));
        assertThat(books().reasonOf(ends)).isEqualTo("completed");
        assertThat(books().reasonOf(stays)).isEqualTo("interrupted");
    }

    private HttpResponse<String> ask(int gateway, String key) {
        try {
            return http.send(request(gateway, key, customer, Plan.HONEST), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest request(int gateway, String key, Customer of, Plan plan) {
        String mark = "mark-" + UUID.randomUUID();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(90))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .header("x-request-id", mark)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + of.model()
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"plan-" + plan + " " + mark + "\"}]}"))
                .build();
    }

    /** One who reads a stream as slowly as the test wants. */
    private final class Caller implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final StringBuilder read = new StringBuilder();

        Caller(int gateway, String mark, Plan plan) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway);
            socket.setSoTimeout(30_000);
            in = socket.getInputStream();
            String body = "{\"model\":\"" + customer.model() + "\",\"max_tokens\":64,\"stream\":true,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":\"plan-" + plan + " " + mark + "\"}]}";
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: souk\r\nauthorization: Bearer "
                                    + customer.key() + "\r\nx-request-id: " + mark + "\r\ncontent-length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
        }

        void readUntil(String text) throws IOException {
            while (read.indexOf(text) < 0) {
                int b = in.read();
                assertThat(b).as("the connection ended after: " + read).isNotNegative();
                read.append((char) b);
            }
        }

        String readAll() {
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    read.append((char) b);
                    if (read.indexOf("[DONE]") >= 0) {
                        return read.toString();
                    }
                }
            } catch (IOException broken) {
                read.append("(broken)");
            }
            return read.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
