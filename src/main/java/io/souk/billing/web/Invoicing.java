package io.souk.billing.web;

import io.souk.billing.Invoices;
import io.souk.billing.Postpaid;
import io.souk.kernel.Tenant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** What the organisation bound to the thread owes on invoice, for a page. */
@Component
class Invoicing {
    private static final int MOST = 24;

    private final Postpaid postpaid;
    private final Invoices invoices;

    Invoicing(Postpaid postpaid, Invoices invoices) {
        this.postpaid = postpaid;
        this.invoices = invoices;
    }

    /** @return whether the organisation is or was on invoice */
    boolean fill(Model model) {
        Optional<Postpaid.Approval> approval = postpaid.find(Tenant.required());
        model.addAttribute("approval", approval.orElse(null));
        model.addAttribute("period", approval.isPresent() ? invoices.open() : null);
        model.addAttribute("invoices", approval.isPresent() ? invoices.newest(MOST) : List.of());
        return approval.isPresent();
    }
}
