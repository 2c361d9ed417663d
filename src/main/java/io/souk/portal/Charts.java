package io.souk.portal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.springframework.stereotype.Component;

/** Works out the geometry of charts that the server draws, as {@code charts} in templates. Integers only. */
@Component("charts")
public class Charts {
    /** Width and height of every chart in its own units; the page stretches them. */
    public static final int WIDTH = 1_000;

    public static final int HEIGHT = 200;

    /**
     * One value of a series.
     *
     * @param label what it is of, as a day
     * @param value at least 0; the unit is the series' own
     * @param text the value as written, with its unit
     * @param href where the calls behind it are, or empty
     */
    public record Bar(String label, long value, String text, String href) {}

    /** A bar and where it stands. */
    public record Mark(Bar bar, int x, int y, int width, int height) {}

    /**
     * A series of bars.
     *
     * @param highest the text of the highest bar, or empty
     */
    public record Series(List<Mark> marks, String highest) {
        public boolean isEmpty() {
            return marks.isEmpty();
        }
    }

    /** Bars side by side; what is not zero is at least a hair high. A negative value is an {@link IllegalArgumentException}. */
    public Series bars(List<Bar> bars) {
        long highest = 0;
        var words = "";
        for (var bar : bars) {
            if (bar.value() < 0) {
                throw new IllegalArgumentException("a bar cannot be negative: " + bar);
            }
            if (bar.value() > highest) {
                highest = bar.value();
                words = bar.text();
            }
        }
        var marks = new ArrayList<Mark>(bars.size());
        for (int i = 0; i < bars.size(); i++) {
            int left = i * WIDTH / bars.size();
            int right = (i + 1) * WIDTH / bars.size();
            int gap = Math.min(10, (right - left) / 4);
            int height = scaled(bars.get(i).value(), highest);
            marks.add(new Mark(bars.get(i), left, HEIGHT - height, right - left - gap, height));
        }
        return new Series(List.copyOf(marks), words);
    }

    /** The points of a line through the values, oldest first; empty for fewer than two. */
    public String line(List<Long> values) {
        if (values.size() < 2) {
            return "";
        }
        long highest = values.stream().mapToLong(Long::longValue).max().orElse(0);
        var points = new StringJoiner(" ");
        for (int i = 0; i < values.size(); i++) {
            points.add(i * WIDTH / (values.size() - 1) + "," + (HEIGHT - scaled(values.get(i), highest)));
        }
        return points.toString();
    }

    private static int scaled(long value, long highest) {
        if (value <= 0 || highest <= 0) {
            return 0;
        }
        int height = BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(HEIGHT))
                .divide(BigInteger.valueOf(highest))
                .intValueExact();
        return Math.max(2, height);
    }
}
