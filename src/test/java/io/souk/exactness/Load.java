package io.souk.exactness;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Callers of one customer who call in every manner, patient and not, until they are stopped. */
final class Load implements AutoCloseable {
    private static final int CALLERS = 8;

    /** What a caller knows of one of its calls. */
    enum Known {
        /** It has the whole answer. */
        WHOLE,
        /** It was refused before anything happened: 402, 429 or 503. */
        REFUSED,
        /** It was answered with another error. */
        FAILED,
        /** It hung up itself, or its connection broke. */
        LEFT
    }

    private enum Manner {
        PATIENT,
        LEAVES_BEFORE,
        LEAVES_AT_ONCE,
        LEAVES_IN_THE_MIDDLE
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, Known> calls = new ConcurrentHashMap<>();
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final Customer customer;
    private final List<Integer> gateways;
    private final List<Plan> mixture;
    private volatile boolean calling = true;

    Load(Customer customer, List<Integer> gateways, List<Plan> mixture, long seed) {
        this.customer = customer;
        this.gateways = gateways;
        this.mixture = mixture;
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(seed + i);
            callers.execute(() -> callUntilStopped(random));
        }
    }

    private void callUntilStopped(Random random) {
        while (calling) {
            String mark = "mark-" + UUID.randomUUID();
            Plan plan = mixture.get(random.nextInt(mixture.size()));
            boolean stream = random.nextBoolean();
            int gateway = gateways.get(random.nextInt(gateways.size()));
            Manner manner = random.nextInt(4) > 0 ? Manner.PATIENT : Manner.values()[1 + random.nextInt(3)];
            plans.put(mark, plan);
            try {
                calls.put(
                        mark,
                        manner == Manner.PATIENT
                                ? patient(gateway, mark, plan, stream)
                                : impatient(gateway, mark, plan, manner, random.nextInt(120)));
            } catch (IOException broken) {
                calls.put(mark, Known.LEFT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private String body(String mark, Plan plan, boolean stream) {
        return "{\"model\":\"" + customer.model() + "\",\"max_tokens\":64,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"plan-" + plan + " " + mark + "\"}]}";
    }

    private Known patient(int gateway, String mark, Plan plan, boolean stream)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                        .timeout(Duration.ofSeconds(15))
                        .header("authorization", "Bearer " + customer.key())
                        .header("content-type", "application/json")
                        .header("x-request-id", mark)
                        .POST(HttpRequest.BodyPublishers.ofString(body(mark, plan, stream)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        statuses.merge(answer.statusCode(), 1, Integer::sum);
        return switch (answer.statusCode()) {
            case 200 -> stream && !answer.body().contains("data: [DONE]") ? Known.LEFT : Known.WHOLE;
            case 402, 429, 503 -> Known.REFUSED;
            default -> Known.FAILED;
        };
    }

    private Known impatient(int gateway, String mark, Plan plan, Manner manner, int millis) throws IOException {
        byte[] body = body(mark, plan, true).getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: souk\r\nauthorization: Bearer " + customer.key()
                + "\r\ncontent-type: application/json\r\nx-request-id: " + mark + "\r\ncontent-length: " + body.length
                + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            if (manner == Manner.LEAVES_BEFORE) {
                socket.getOutputStream().write(body, 0, body.length / 2);
                return Known.LEFT;
            }
            socket.getOutputStream().write(body);
            if (manner == Manner.LEAVES_IN_THE_MIDDLE) {
                InputStream in = socket.getInputStream();
                in.readNBytes(256);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            }
            return Known.LEFT;
        }
    }

    /** Lets every call that runs end, and begins none. */
    void stop() {
        calling = false;
        callers.shutdown();
        try {
            if (!callers.awaitTermination(30, TimeUnit.SECONDS)) {
                callers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Map<String, Known> calls() {
        return calls;
    }

    Map<String, Plan> plans() {
        return plans;
    }

    /** How often each HTTP status came. */
    Map<Integer, Integer> statuses() {
        return statuses;
    }

    @Override
    public void close() {
        calling = false;
        callers.shutdownNow();
    }
}
