package io.souk.catalog;

import io.souk.kernel.PriceList;
import io.souk.kernel.TokenClass;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Offers and their prices, for gateways. */
@Component
public class OfferRoutes {
    private final JdbcClient system;

    OfferRoutes(@Qualifier("system") JdbcClient system) {
        this.system = system;
    }

    /** Every offer that is or was live. */
    public List<OfferRoute> all() {
        return findAll(system.sql("select id from catalog.offers where state <> 'draft'")
                .query((row, number) -> row.getObject("id", UUID.class))
                .list());
    }

    /** Those of these offers that are or were live. */
    public List<OfferRoute> findAll(Collection<UUID> ids) {
        UUID[] wanted = ids.toArray(UUID[]::new);
        Map<UUID, List<OfferRoute.Price>> prices = prices(wanted);
        return system.sql("""
            select id, model, publisher, created_at, task, state = 'live' as live, context_tokens, max_output_tokens
            from catalog.offers where id = any (?) and state <> 'draft'\
            """)
                .param(wanted)
                .query((row, number) -> {
                    UUID id = row.getObject("id", UUID.class);
                    return new OfferRoute(
                            id,
                            row.getString("model"),
                            row.getString("publisher"),
                            row.getTimestamp("created_at").toInstant(),
                            row.getString("task"),
                            row.getBoolean("live"),
                            row.getObject("context_tokens", Integer.class),
                            row.getObject("max_output_tokens", Integer.class),
                            prices.getOrDefault(id, List.of()));
                })
                .list();
    }

    /** The prices of one version, however old; empty if there is no such version. */
    public Optional<PriceList> prices(UUID priceVersionId) {
        return versions("v.id = any (?)", new UUID[] {priceVersionId}).stream()
                .findFirst()
                .map(version -> version.price.list());
    }

    private Map<UUID, List<OfferRoute.Price>> prices(UUID[] offers) {
        Map<UUID, List<OfferRoute.Price>> byOffer = new HashMap<>();
        for (Version version : versions("v.offer_id = any (?)", offers)) {
            byOffer.computeIfAbsent(version.offerId, id -> new ArrayList<>()).add(version.price);
        }
        byOffer.values()
                .forEach(versions -> versions.sort(
                        Comparator.comparing(OfferRoute.Price::startsAt).reversed()));
        return byOffer;
    }

    private List<Version> versions(String condition, UUID[] ids) {
        record Key(UUID versionId, UUID offerId, String currency, Instant startsAt) {}
        Map<Key, Map<TokenClass, Long>> versions = new LinkedHashMap<>();
        system.sql("select v.id, v.offer_id, v.currency, v.starts_at, p.token_class, p.micros_per_million "
                        + "from catalog.price_versions v left join catalog.prices p on p.price_version_id = v.id where "
                        + condition + " order by v.number desc")
                .param(ids)
                .query(row -> {
                    Timestamp startsAt = row.getTimestamp("starts_at");
                    Key key = new Key(
                            row.getObject("id", UUID.class),
                            row.getObject("offer_id", UUID.class),
                            row.getString("currency"),
                            startsAt.toInstant());
                    Map<TokenClass, Long> prices =
                            versions.computeIfAbsent(key, version -> new EnumMap<>(TokenClass.class));
                    String tokenClass = row.getString("token_class");
                    if (tokenClass != null) {
                        prices.put(TokenClass.valueOf(tokenClass), row.getLong("micros_per_million"));
                    }
                });
        List<Version> found = new ArrayList<>();
        versions.forEach((key, prices) -> found.add(new Version(
                key.offerId, new OfferRoute.Price(key.versionId, key.startsAt, new PriceList(key.currency, prices)))));
        return found;
    }

    private record Version(UUID offerId, OfferRoute.Price price) {}
}
