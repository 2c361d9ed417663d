package io.souk.access.web;

import io.souk.catalog.CatalogProperties;
import io.souk.catalog.OfferSearch;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.SampleText;
import io.souk.catalog.Subscribers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** A call that works as it stands with a new key: to a model that the organisation is subscribed to, if there is one. */
@Component
class FirstCall {
    private static final String LIST = """
        curl -s %1$s/models \\
          -H "Authorization: Bearer %2$s"
        """;
    private static final String CHAT = """
        curl -sN %1$s/chat/completions \\
          -H "Authorization: Bearer %2$s" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "%3$s", "stream": true, "messages": [{"role": "user", "content": "%4$s"}]}'
        """;
    private static final String EMBEDDINGS = """
        curl -s %1$s/embeddings \\
          -H "Authorization: Bearer %2$s" \\
          -H "Content-Type: application/json" \\
          -d '{"model": "%3$s", "input": "Fresh bread is sold at the north gate."}'
        """;

    private final Offers offers;
    private final Subscribers subscribers;
    private final CatalogProperties properties;

    FirstCall(Offers offers, Subscribers subscribers, CatalogProperties properties) {
        this.offers = offers;
        this.subscribers = subscribers;
        this.properties = properties;
    }

    private Optional<OfferView> offer() {
        return offers.live(OfferSearch.everything()).offers().stream()
                .filter(offer -> subscribers.isSubscribed(offer.id()))
                .findFirst();
    }

    /** The name of the model that the sample calls; empty if the organisation is subscribed to none. */
    Optional<String> model() {
        return offer().map(OfferView::model);
    }

    Map<String, String> samples(String key) {
        Map<String, String> samples = new LinkedHashMap<>();
        offer().ifPresent(offer -> samples.put(
                "Call a model",
                (offer.task().isChat() ? CHAT : EMBEDDINGS)
                        .formatted(properties.apiUrl(), key, offer.model(), SampleText.PASSAGE)));
        samples.put("List models", LIST.formatted(properties.apiUrl(), key));
        return samples;
    }
}
