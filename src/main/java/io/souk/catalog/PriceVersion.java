package io.souk.catalog;

import io.souk.kernel.TokenClass;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MapKeyEnumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity
@Immutable
@Table(schema = "catalog", name = "price_versions")
class PriceVersion {
    @Id
    private UUID id;

    private UUID offerId;
    private int number;

    @JdbcTypeCode(SqlTypes.CHAR)
    @Column(length = 3)
    private String currency;

    private Instant startsAt;
    private Instant createdAt;
    private @Nullable UUID createdBy;

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(schema = "catalog", name = "prices", joinColumns = @JoinColumn(name = "price_version_id"))
    @MapKeyColumn(name = "token_class")
    @MapKeyEnumerated(EnumType.STRING)
    @Column(name = "micros_per_million")
    @BatchSize(size = 500)
    private Map<TokenClass, Long> prices;

    @SuppressWarnings("NullAway.Init")
    protected PriceVersion() {}

    @SuppressWarnings("NullAway.Init")
    PriceVersion(
            UUID id,
            UUID offerId,
            int number,
            String currency,
            Instant startsAt,
            Map<TokenClass, Long> prices,
            Instant createdAt,
            @Nullable UUID createdBy) {
        this.id = id;
        this.offerId = offerId;
        this.number = number;
        this.currency = currency;
        this.startsAt = startsAt;
        this.prices = new EnumMap<>(prices);
        this.createdAt = createdAt;
        this.createdBy = createdBy;
    }

    PriceVersionView view() {
        Map<TokenClass, Long> copy = new EnumMap<>(TokenClass.class);
        copy.putAll(prices);
        return new PriceVersionView(id, offerId, number, currency, startsAt, copy);
    }
}
