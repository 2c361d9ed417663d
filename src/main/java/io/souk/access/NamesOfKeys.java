package io.souk.access;

import io.souk.usage.KeyNames;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class NamesOfKeys implements KeyNames {
    private final ApiKeyRepository keys;

    NamesOfKeys(ApiKeyRepository keys) {
        this.keys = keys;
    }

    @Override
    @Transactional(readOnly = true)
    public Map<UUID, String> of(Collection<UUID> ids) {
        return keys.findAllByIdIn(ids).stream().collect(Collectors.toMap(ApiKey::id, ApiKey::name));
    }
}
