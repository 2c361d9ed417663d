package io.souk.local.stripe.web;

import io.souk.local.stripe.ConditionalOnLocalStripe;
import io.souk.local.stripe.LocalStripe;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.platform.ShellContributor;
import io.souk.platform.ShellDraft;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** Says on every page that no money moves, and leads admins to the local Stripe. */
@Component
@ConditionalOnRole(Role.PORTAL)
@ConditionalOnLocalStripe
class StripeShell implements ShellContributor {
    @Override
    public void contribute(ShellDraft shell, HttpServletRequest request) {
        shell.banner(LocalStripe.BANNER)
                .administration("admin-stripe", "/admin/local-stripe", "credit-card", "Local Stripe");
    }
}
