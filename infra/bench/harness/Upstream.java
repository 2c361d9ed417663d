import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The mock backend, in a process of its own. */
final class Upstream {
    static final String TOKEN = "upstream-secret-0123456789abcdef";
    private static final int BROAD = 100;

    final int port;
    private final Process process;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    Upstream(Path binary, int port) throws Exception {
        this.port = port;
        process = Processes.start(
                new ProcessBuilder(binary.toString(), Integer.toString(port), TOKEN).inheritIO());
        for (int i = 0; ; i++) {
            try {
                stats();
                return;
            } catch (IOException notYet) {
                if (i == BROAD || !process.isAlive()) {
                    throw notYet;
                }
                Thread.sleep(20);
            }
        }
    }

    /** @param gapMicros between two events of a stream; 0 sends them all at once */
    void behave(int events, long gapMicros) throws Exception {
        get("/set?events=" + events + "&gap_us=" + gapMicros);
    }

    Map<String, Long> stats() throws Exception {
        Map<String, Long> stats = new HashMap<>();
        get("/stats").lines().forEach(line -> {
            String[] pair = line.split(" ");
            stats.put(pair[0], Long.parseLong(pair[1]));
        });
        return stats;
    }

    long calls() throws Exception {
        return stats().get("calls");
    }

    double cpu() {
        return Processes.own(process.pid());
    }

    private String get(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
