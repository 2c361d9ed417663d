package io.souk.gateway.http;

import io.souk.gateway.dialect.JsonText;
import io.souk.gateway.relay.Models;
import java.util.List;
import java.util.stream.Collectors;

/** Models as OpenAI lists them. */
final class ModelJson {
    private ModelJson() {}

    static String list(List<Models.Model> models) {
        return models.stream()
                .map(ModelJson::one)
                .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
    }

    static String one(Models.Model model) {
        return "{\"id\":" + JsonText.quote(model.id()) + ",\"object\":\"model\",\"created\":"
                + model.created().getEpochSecond() + ",\"owned_by\":" + JsonText.quote(model.ownedBy()) + "}";
    }
}
