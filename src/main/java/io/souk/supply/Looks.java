package io.souk.supply;

import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks at a server for an admin, before anything is saved or with what is. */
@Component
public class Looks {
    private final AddressRule rule;
    private final Probe probe;
    private final Backends backends;
    private final SupplyProperties properties;

    Looks(AddressRule rule, Probe probe, Backends backends, SupplyProperties properties) {
        this.rule = rule;
        this.probe = probe;
        this.backends = backends;
        this.properties = properties;
    }

    /**
     * What stands at the address.
     *
     * @param credential sent as a bearer token, null for none
     * @throws BackendRefused if the address is none that Souk calls
     */
    public Look at(URI baseUrl, @Nullable String credential) {
        if (rule.check(baseUrl) instanceof AddressRule.Refused(String reason)) {
            throw new BackendRefused("baseUrl", reason);
        }
        return probe.look(baseUrl, credential, properties.probeDeadline());
    }

    /**
     * What stands at the address, asked with a backend's stored credential; without it where the address has another
     * host, for it was not entered for that one.
     *
     * @throws BackendRefused if the address is none that Souk calls
     */
    public Look at(URI baseUrl, UUID backend) {
        boolean same = backends.find(backend)
                .filter(view -> Backends.origin(view.baseUrl()).equals(Backends.origin(baseUrl)))
                .isPresent();
        return at(baseUrl, same ? backends.credential(backend).orElse(null) : null);
    }
}
