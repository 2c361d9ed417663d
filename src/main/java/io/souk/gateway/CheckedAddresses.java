package io.souk.gateway;

import io.souk.supply.AddressRule;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses that {@link AddressRule} lets through; a refusal is logged when it begins, not at every look. */
class CheckedAddresses implements BackendAddresses {
    private static final Logger log = LoggerFactory.getLogger(CheckedAddresses.class);

    private final AddressRule rule;
    private final Set<URI> refusals = ConcurrentHashMap.newKeySet();

    CheckedAddresses(AddressRule rule) {
        this.rule = rule;
    }

    @Override
    public @Nullable InetSocketAddress resolve(URI baseUrl) {
        return switch (rule.check(baseUrl)) {
            case AddressRule.Allowed allowed -> {
                refusals.remove(baseUrl);
                yield allowed.address();
            }
            case AddressRule.Refused refused -> {
                if (refusals.add(baseUrl)) {
                    log.warn("no call goes to {}: {}", baseUrl, refused.reason());
                }
                yield null;
            }
        };
    }

    @Override
    public boolean mayMove(URI baseUrl) {
        String host = baseUrl.getHost();
        return host != null && !host.startsWith("[") && !host.matches("[0-9.]+");
    }
}
