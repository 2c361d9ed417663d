package io.souk.catalog;

import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * A call worked out to the last digit, by the arithmetic that charges customers.
 *
 * @param totalNanos the charge in 1e-9 of the currency: the sum of the lines, rounded once, half up
 */
public record Example(List<Line> lines, long totalNanos, String currency) {
    /**
     * One class of the call.
     *
     * @param microsPerMillion the price that applies, after the fall-back to a class's base
     * @param picos count x price, exact, in 1e-12 of the currency
     */
    public record Line(TokenClass tokenClass, long count, long microsPerMillion, long picos) {}

    /** The usual call of a task: a page of text in, a paragraph out; or a page to embed. */
    public static Example of(Task task, PriceList prices) {
        TokenCounts counts =
                (task.isChat() ? TokenCounts.of(1_200, 300) : TokenCounts.of(1_200, 0)).with(TokenClass.REQUEST, 1);
        List<Line> lines = new ArrayList<>();
        for (TokenClass tokenClass : TokenClass.values()) {
            long count = counts.get(tokenClass);
            long price = prices.of(tokenClass);
            if (count > 0 && (tokenClass != TokenClass.REQUEST || price > 0)) {
                lines.add(new Line(tokenClass, count, price, Math.multiplyExact(count, price)));
            }
        }
        return new Example(lines, PriceList.roundToNanos(prices.picos(counts)), prices.currency());
    }
}
