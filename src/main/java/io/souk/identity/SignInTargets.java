package io.souk.identity;

import io.souk.platform.FormTargets;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/** The programs that a sign-in here leads back to, as when somebody came from one of them and typed a password. */
@Component
class SignInTargets implements FormTargets {
    private final List<URI> origins;

    SignInTargets(IdentityProperties properties) {
        this.origins = properties.clients().stream()
                .map(client -> URI.create(client.redirectUri()))
                .toList();
    }

    @Override
    public Collection<URI> origins() {
        return origins;
    }
}
