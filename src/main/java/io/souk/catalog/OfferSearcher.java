package io.souk.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds live offers. Every word has to occur somewhere; a scan of ten thousand rows is quicker than a page is drawn. */
@Component
class OfferSearcher {
    private static final int MOST_WORDS = 8;
    private static final String FROM = """
        from catalog.offers o
        where o.state = 'live'
          and concat_ws(' ', o.title, o.model, o.summary, o.task, o.publisher) ilike all (:words::text[])
        """;

    private final JdbcClient jdbc;
    private final OfferRepository offers;

    OfferSearcher(JdbcClient jdbc, OfferRepository offers) {
        this.jdbc = jdbc;
        this.offers = offers;
    }

    OfferPage search(OfferSearch search) {
        String[] words = words(search.text());
        Map<Task, Integer> tasks = new EnumMap<>(Task.class);
        jdbc.sql("select o.task, count(*) " + FROM + " group by o.task")
                .param("words", words)
                .query(row -> {
                    tasks.put(Task.ofLabel(row.getString(1)), row.getInt(2));
                });
        Task task = search.task();
        int total = task == null
                ? tasks.values().stream().mapToInt(Integer::intValue).sum()
                : tasks.getOrDefault(task, 0);
        int page = Math.clamp(search.page(), 1, 1_000_000);
        List<UUID> ids = jdbc.sql("select o.id " + FROM + (task == null ? "" : " and o.task = :task ") + " order by "
                        + order(search.sort()) + " limit :limit offset :offset")
                .param("words", words)
                .param("task", task == null ? "" : task.label())
                .param("limit", OfferSearch.PAGE_SIZE)
                .param("offset", (page - 1) * OfferSearch.PAGE_SIZE)
                .query((row, number) -> row.getObject(1, UUID.class))
                .list();
        Map<UUID, OfferView> found = offers.findAllByIdIn(ids).stream()
                .map(Offer::view)
                .collect(Collectors.toMap(OfferView::id, Function.identity()));
        return new OfferPage(
                ids.stream().filter(found::containsKey).map(found::get).toList(), total, tasks);
    }

    private static String order(OfferSearch.Sort sort) {
        return switch (sort) {
            case NAME -> "lower(o.title), o.model";
            case NEWEST -> "o.live_at desc, o.model";
            case PRICE -> """
                (select sum(p.micros_per_million) from catalog.prices p
                  where p.price_version_id = (select v.id from catalog.price_versions v
                      where v.offer_id = o.id and v.starts_at <= now() order by v.starts_at desc, v.number desc limit 1)
                    and p.token_class in ('INPUT', 'OUTPUT')) nulls last, lower(o.title), o.model\
                """;
        };
    }

    private static String[] words(String text) {
        List<String> patterns = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("\\s+")) {
            if (!word.isEmpty() && patterns.size() < MOST_WORDS) {
                patterns.add(
                        "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%");
            }
        }
        return patterns.toArray(String[]::new);
    }
}
