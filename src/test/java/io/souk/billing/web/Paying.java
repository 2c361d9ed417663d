package io.souk.billing.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.tenancy.web.Visitor;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a customer does to buy credit: the form, Stripe's page, the way back. */
public final class Paying {
    static final String WORKS = "4242 4242 4242 4242";
    static final String DECLINED = "4000 0000 0000 0002";
    private static final Pattern KEY = Pattern.compile("name=\"key\" value=\"([^\"]+)\"");
    private static final Pattern BALANCE =
            Pattern.compile("data-test=\"wallet-balance\"[^>]*><span [^>]*data-nanos=\"(-?\\d+)\"");
    private static final Pattern RECEIPT = Pattern.compile("(SIM-\\d{4}-\\d{6})");

    private Paying() {}

    /** The form's key, as the page shows it. */
    static String key(Visitor visitor) {
        Matcher key = KEY.matcher(visitor.get("/billing/top-up").body());
        assertThat(key.find()).isTrue();
        return key.group(1);
    }

    /** Sends the form. @return where it leads */
    static Visitor.Page order(Visitor visitor, String key, String amount) {
        return visitor.post("/billing/top-ups", Map.of("key", key, "amount", amount));
    }

    /** Orders, and is on Stripe's page. @return its path */
    static String checkout(Visitor visitor, String amount) {
        Visitor.Page page = order(visitor, key(visitor), amount);
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).startsWith("/local/stripe/checkout/");
        return page.location();
    }

    /** Enters a card on Stripe's page. */
    static Visitor.Page pay(Visitor visitor, String checkout, String card) {
        Map<String, String> fields = new TreeMap<>(
                Map.of("number", card, "expiry", "12/40", "cvc", "123", "name", "Olga", "email", "olga@example.org"));
        return visitor.postAsIs(checkout, fields);
    }

    /** Buys credit. @return where Stripe leads back to */
    public static String topUp(Visitor visitor, String amount) {
        Visitor.Page paid = pay(visitor, checkout(visitor, amount), WORKS);
        assertThat(paid.status()).isEqualTo(302);
        assertThat(paid.location()).startsWith("/billing/top-ups/");
        return paid.location();
    }

    /** The balance on a page, in nano-units. */
    static long balance(Visitor.Page page) {
        Matcher balance = BALANCE.matcher(page.body());
        assertThat(balance.find()).as(page.body()).isTrue();
        return Long.parseLong(balance.group(1));
    }

    static String receipt(Visitor.Page page) {
        Matcher receipt = RECEIPT.matcher(page.body());
        assertThat(receipt.find()).isTrue();
        return receipt.group(1);
    }

    static UUID id(String returned) {
        return UUID.fromString(returned.replaceFirst(".*/top-ups/([0-9a-f-]{36}).*", "$1"));
    }
}
