import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the command was asked for.
 *
 * @param rows which rows of the table; all if empty
 * @param warmUp seconds of plain calls before the first row, and half as many of streams
 * @param quick seconds instead of minutes: shows that the harness works, and nothing else
 * @param jvm further arguments for Souk's JVM, such as a profiler's
 */
record Options(
        Path java,
        Path jar,
        Path folder,
        Set<String> rows,
        boolean quick,
        int rounds,
        double seconds,
        double warmUp,
        Duration soak,
        int keys,
        int organisations,
        List<String> jvm) {
    static final List<String> ROWS =
            List.of("plain", "burst", "latency", "fsync", "stream", "many", "first", "prompt", "lease", "recovery", "soak");

    static Options parse(String[] arguments) {
        Path java = Path.of(arguments[0]);
        Path jar = Path.of(arguments[1]).toAbsolutePath();
        Path folder = Path.of(arguments[2]).toAbsolutePath();
        Set<String> rows = new LinkedHashSet<>();
        List<String> jvm = new ArrayList<>();
        boolean quick = false;
        int rounds = 0;
        double seconds = 0;
        double warmUp = 0;
        Duration soak = null;
        int keys = 10_000;
        int organisations = 100;
        for (int i = 3; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--rounds" -> rounds = Integer.parseInt(value(arguments, ++i));
                case "--seconds" -> seconds = Double.parseDouble(value(arguments, ++i));
                case "--warm-up" -> warmUp = Double.parseDouble(value(arguments, ++i));
                case "--soak" -> {
                    soak = duration(value(arguments, ++i));
                    rows.add("soak");
                }
                case "--keys" -> keys = Integer.parseInt(value(arguments, ++i));
                case "--organisations" -> organisations = Integer.parseInt(value(arguments, ++i));
                case "--jvm" -> jvm.add(value(arguments, ++i));
                default -> {
                    if (!ROWS.contains(arguments[i])) {
                        throw new IllegalArgumentException(
                                "There is no row " + arguments[i] + ". There are " + String.join(", ", ROWS) + ".");
                    }
                    rows.add(arguments[i]);
                }
            }
        }
        return new Options(
                java,
                jar,
                folder,
                rows.isEmpty() ? new LinkedHashSet<>(ROWS) : rows,
                quick,
                rounds > 0 ? rounds : quick ? 1 : 5,
                seconds > 0 ? seconds : quick ? 2 : 8,
                warmUp > 0 ? warmUp : quick ? 2 : 20,
                soak != null ? soak : Duration.ofSeconds(quick ? 8 : 60),
                keys,
                organisations,
                jvm);
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value.");
        }
        return arguments[index];
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
