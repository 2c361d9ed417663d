package io.souk.platform;

import java.net.URI;
import java.util.Collection;

/**
 * Other origins to which a form of ours may lead, directly or by redirect: a hosted checkout page, an OAuth client that
 * people return to. They are added to {@code form-action} of the content security policy; everything else is refused by
 * the browser.
 */
public interface FormTargets {
    /** Absolute addresses; only scheme, host and port count. Asked at every answer, so it must be cheap. */
    Collection<URI> origins();
}
