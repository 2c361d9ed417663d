import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Measures the packaged gateway beside a direct call and nginx, and prints a table. {@code infra/bench/run} starts it. */
final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        Table table = new Table();
        List<String> problems;
        try (Stage stage = new Stage(options)) {
            Rows rows = new Rows(stage, table);
            Faults faults = new Faults(stage, table);
            say("warming up");
            rows.warmUp();
            for (String row : Options.ROWS) {
                if (!options.rows().contains(row)) {
                    continue;
                }
                say("measuring: " + row);
                switch (row) {
                    case "plain" -> rows.plain();
                    case "burst" -> rows.burst();
                    case "latency" -> rows.latency();
                    case "fsync" -> rows.fsync();
                    case "stream" -> rows.stream();
                    case "many" -> rows.many();
                    case "first" -> rows.first();
                    case "prompt" -> rows.prompt();
                    case "lease" -> faults.lease();
                    case "recovery" -> faults.recovery();
                    case "soak" -> faults.soak();
                    default -> throw new IllegalStateException(row);
                }
            }
            stage.audit();
            table.note(stage.souk().database.hasLimits()
                    ? "limits on every key and every organisation: requests, tokens, calls at once"
                    : "this version has no rate limits, so none were on");
            problems = stage.problems;
            table.note(stage.seen() + " calls went through Souk; " + (problems.isEmpty()
                    ? "each is settled once, the ledger sums to zero, every stream was whole, every token was swapped"
                    : "**something is wrong, see below**"));
        }
        StringBuilder text = new StringBuilder(heading(options)).append(table.markdown());
        problems.forEach(problem -> text.append("\n**Problem:** ").append(problem).append('\n'));
        System.out.println(text);
        Files.writeString(options.folder().resolve("result.md"), text);
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    private static String heading(Options options) throws Exception {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 2))
                .orElse("processor");
        return "%s, %d cores (%s), Java %s, %d keys in %d organisations, %d rounds%s%n%n"
                .formatted(
                        LocalDate.now(),
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        Runtime.version(),
                        options.keys(),
                        options.organisations(),
                        options.rounds(),
                        options.quick() ? ", **quick: shows that the harness works, the figures mean nothing**" : "");
    }

    private static void say(String text) {
        System.err.println("bench: " + LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + text);
    }
}
