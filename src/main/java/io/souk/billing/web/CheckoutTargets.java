package io.souk.billing.web;

import io.souk.platform.FormTargets;
import io.souk.platform.PortalAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/** "Continue to payment" is a form whose answer leads to the payment provider's page. */
@Component
class CheckoutTargets implements FormTargets {
    private final List<URI> origins;

    CheckoutTargets(PortalAddress portal) {
        // the local Stripe's page is at the portal's own address, which may be another than the one in the browser
        this.origins = List.of(URI.create("https://checkout.stripe.com"), portal.publicUrl());
    }

    @Override
    public Collection<URI> origins() {
        return origins;
    }
}
