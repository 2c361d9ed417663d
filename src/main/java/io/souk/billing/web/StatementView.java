package io.souk.billing.web;

import io.souk.billing.Statements;
import io.souk.portal.DayRange;
import java.util.List;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * A page of a statement.
 *
 * @param account {@code wallet} or {@code invoice}
 * @param words which of its lines these are, such as "1 to 50 of 204"
 * @param previous and {@code next}: addresses, empty where there is no such page
 * @param csv the address of all its lines as a file
 */
record StatementView(
        String account,
        DayRange range,
        Statements.Statement whole,
        List<Statements.Line> lines,
        String words,
        String previous,
        String next,
        String csv) {
    static StatementView of(Statements statements, Statements.Account account, DayRange range, int page, int size) {
        Statements.Statement whole = statements.of(account, range.from(), range.to());
        int count = whole.lines().size();
        int pages = Math.max(1, (count + size - 1) / size);
        int shown = Math.min(page, pages);
        int first = (shown - 1) * size;
        int end = Math.min(count, first + size);
        String name = account == Statements.Account.INVOICE ? "invoice" : "wallet";
        return new StatementView(
                name,
                range,
                whole,
                whole.lines().subList(first, end),
                count == 0 ? "" : "%,d to %,d of %,d".formatted(first + 1, end, count),
                shown > 1 ? address("/billing", name, range, shown - 1) : "",
                shown < pages ? address("/billing", name, range, shown + 1) : "",
                address("/billing/statement.csv", name, range, 1));
    }

    static String address(String path, String account, DayRange range, int page) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path)
                .queryParam("from", range.from())
                .queryParam("to", range.to());
        if (account.equals("invoice")) {
            address.queryParam("account", account);
        }
        if (page > 1) {
            address.queryParam("page", page);
        }
        return address.encode().build().toUriString();
    }
}
