package io.souk.supply.web;

import io.souk.catalog.OfferRefused;
import io.souk.catalog.PriceBook;
import io.souk.catalog.PriceVersionView;
import io.souk.catalog.PriceWords;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The third step: prices as a person writes them, in units of currency; per million tokens, but for a single request or
 * second.
 *
 * @param currency the marketplace's, unless the form was sent with another one
 * @param prices a decimal number for each class, empty for none of its own
 * @param startsAt a date and time in UTC, empty for as soon as possible
 */
record PriceForm(String currency, Map<TokenClass, String> prices, String startsAt) {
    private static final List<TokenClass> CHAT = List.of(TokenClass.INPUT, TokenClass.OUTPUT, TokenClass.REQUEST);
    private static final List<TokenClass> CHAT_MORE = List.of(
            TokenClass.CACHE_READ,
            TokenClass.CACHE_WRITE_5M,
            TokenClass.CACHE_WRITE_1H,
            TokenClass.REASONING,
            TokenClass.AUDIO,
            TokenClass.IMAGE);
    private static final List<TokenClass> EMBEDDINGS = List.of(TokenClass.INPUT, TokenClass.REQUEST);

    static PriceForm of(@Nullable PriceVersionView price, String currency) {
        Map<TokenClass, String> prices = new EnumMap<>(TokenClass.class);
        if (price != null) {
            price.microsPerMillion()
                    .forEach((tokenClass, micros) -> prices.put(tokenClass, written(tokenClass, micros)));
        }
        return new PriceForm(currency, prices, "");
    }

    /** Reads the form's fields; those of the prices are called {@code price-INPUT} and so on. */
    static PriceForm of(Map<String, String> fields, String currency) {
        Map<TokenClass, String> prices = new EnumMap<>(TokenClass.class);
        for (TokenClass tokenClass : TokenClass.values()) {
            String typed = fields.getOrDefault("price-" + tokenClass, "").strip();
            if (!typed.isEmpty()) {
                prices.put(tokenClass, typed);
            }
        }
        return new PriceForm(
                fields.getOrDefault("currency", currency).strip().toUpperCase(Locale.ROOT),
                prices,
                fields.getOrDefault("startsAt", "").strip());
    }

    /** A class with what was typed for it, for the page. */
    record Field(TokenClass tokenClass, String label, String per, String value) {}

    List<Field> fields(Task task) {
        return fields(task.isChat() ? CHAT : EMBEDDINGS);
    }

    /** Classes that few models charge for; shown on demand. */
    List<Field> more(Task task) {
        List<TokenClass> more = new ArrayList<>(task.isChat() ? CHAT_MORE : List.of());
        prices.keySet().stream()
                .filter(tokenClass ->
                        !more.contains(tokenClass) && !(task.isChat() ? CHAT : EMBEDDINGS).contains(tokenClass))
                .forEach(more::add);
        return fields(more);
    }

    private List<Field> fields(List<TokenClass> classes) {
        return classes.stream()
                .map(tokenClass -> new Field(
                        tokenClass,
                        PriceWords.name(tokenClass),
                        isForOne(tokenClass) ? "for each " + PriceWords.one(tokenClass) : "per million",
                        Objects.requireNonNullElse(prices.get(tokenClass), "")))
                .toList();
    }

    /** @throws OfferRefused if a price cannot be read or cannot be kept exactly */
    Map<TokenClass, Long> microsPerMillion() {
        Map<TokenClass, Long> micros = new EnumMap<>(TokenClass.class);
        prices.forEach((tokenClass, text) -> {
            micros.put(tokenClass, micros(tokenClass, text));
        });
        return micros;
    }

    /** @throws OfferRefused if the time cannot be read */
    @Nullable
    Instant start() {
        String text = startsAt;
        if (text.isEmpty()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new OfferRefused(
                    "startsAt", "\"" + text + "\" is no date and time. Write it as 2027-01-31T09:00, in UTC.");
        }
    }

    private static long micros(TokenClass tokenClass, String text) {
        String name = PriceWords.name(tokenClass);
        if (!text.matches("[0-9]{1,12}(\\.[0-9]{1,18})?|\\.[0-9]{1,18}")) {
            throw new OfferRefused(
                    "prices",
                    name + ": \"" + text + "\" is no price. Write a number with a point, as 0.15; leave it empty for "
                            + "no price of its own.");
        }
        BigDecimal micros = new BigDecimal(text)
                .movePointRight(isForOne(tokenClass) ? 12 : 6)
                .stripTrailingZeros();
        if (micros.scale() > 0) {
            throw new OfferRefused(
                    "prices",
                    name + ": " + text + " has too many decimals. The smallest step is "
                            + (isForOne(tokenClass) ? "0.000000000001" : "0.000001") + ".");
        }
        BigInteger exact = micros.toBigIntegerExact();
        if (exact.compareTo(BigInteger.valueOf(PriceBook.MOST_MICROS)) > 0) {
            throw new OfferRefused(
                    "prices",
                    name + ": " + text + " is more than the highest price there is, "
                            + (isForOne(tokenClass) ? "10" : "10000000") + ".");
        }
        return exact.longValueExact();
    }

    private static String written(TokenClass tokenClass, long micros) {
        BigDecimal price =
                BigDecimal.valueOf(micros, isForOne(tokenClass) ? 12 : 6).stripTrailingZeros();
        return price.signum() == 0 ? "0" : price.toPlainString();
    }

    static boolean isForOne(TokenClass tokenClass) {
        return tokenClass == TokenClass.REQUEST || tokenClass == TokenClass.SECOND;
    }
}
