import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The lines that are printed at the end, as Markdown. */
final class Table {
    private final List<String> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** A figure with a goal. */
    void line(String figure, String goal, boolean met, String measured) {
        add("| " + figure + " | " + goal + " | " + measured + " | " + (met ? "met" : "**missed**") + " |");
    }

    /** A figure that is only to be stated. */
    void line(String figure, String measured) {
        add("| " + figure + " | stated | " + measured + " | |");
    }

    /** What is known is told at once, should the run be stopped before its end. */
    private void add(String line) {
        System.err.println(line);
        lines.add(line);
    }

    void note(String text) {
        notes.add("- " + text);
    }

    String markdown() {
        return "| figure | goal | measured | |\n|---|---|---|---|\n" + String.join("\n", lines) + "\n"
                + (notes.isEmpty() ? "" : "\n" + String.join("\n", notes) + "\n");
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median, and the least and the greatest where there are several. */
    static String spread(String format, double... values) {
        String middle = text(format, median(values));
        if (values.length == 1) {
            return middle;
        }
        return middle + " (" + text(format, Arrays.stream(values).min().orElseThrow()) + ".."
                + text(format, Arrays.stream(values).max().orElseThrow()) + ")";
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
