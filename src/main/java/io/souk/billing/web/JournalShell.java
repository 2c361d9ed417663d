package io.souk.billing.web;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.platform.ShellContributor;
import io.souk.platform.ShellDraft;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** Leads admins to the journals. */
@Component
@ConditionalOnRole(Role.PORTAL)
class JournalShell implements ShellContributor {
    @Override
    public void contribute(ShellDraft shell, HttpServletRequest request) {
        shell.administration("admin-journals", "/admin/journals", "book-open", "Journals");
    }
}
