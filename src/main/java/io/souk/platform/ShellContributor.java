package io.souk.platform;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Adds what a module knows to the frame around a page: who is signed in, the organisations to switch between, a banner.
 * Called at most once for a page and only when a whole page is rendered, error pages included, so an implementation must
 * bear a request that never reached a controller. What it throws is logged and its part is left out.
 */
public interface ShellContributor {
    void contribute(ShellDraft shell, HttpServletRequest request);
}
