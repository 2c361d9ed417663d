package io.souk.billing.web;

import io.souk.billing.PaymentsUnavailable;
import io.souk.billing.Postpaid;
import io.souk.billing.TopUps;
import io.souk.billing.Wallets;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.OrganisationOverview;
import io.souk.tenancy.OrganisationView;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.access.PlatformAdmin;
import jakarta.validation.Valid;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Whether an organisation may pay by invoice, for whoever runs this Souk. */
@Controller
@PlatformAdmin
class ApprovalPages {
    private static final Logger log = LoggerFactory.getLogger(ApprovalPages.class);
    private static final String USUAL_LINE = "100";

    private final Organisations organisations;
    private final Postpaid postpaid;
    private final Wallets wallets;
    private final TopUps topUps;
    private final Invoicing invoicing;
    private final AuditLog audit;

    ApprovalPages(
            Organisations organisations,
            Postpaid postpaid,
            Wallets wallets,
            TopUps topUps,
            Invoicing invoicing,
            AuditLog audit) {
        this.organisations = organisations;
        this.postpaid = postpaid;
        this.wallets = wallets;
        this.topUps = topUps;
        this.invoicing = invoicing;
        this.audit = audit;
    }

    @PlatformAdmin
    @GetMapping("/admin/organisations/{id}/billing")
    String show(@PathVariable UUID id, Model model) {
        OrganisationView organisation = organisation(id);
        model.addAttribute(
                "form",
                postpaid.find(organisation.id())
                        .map(approval -> new ApprovalForm(
                                approval.creditLine().toDecimal().toPlainString(),
                                approval.invoiceName(),
                                approval.invoiceEmail()))
                        .orElseGet(() -> new ApprovalForm(USUAL_LINE, organisation.name(), ownersEmail(organisation))));
        return fill(organisation, model);
    }

    private String ownersEmail(OrganisationView organisation) {
        return organisations.overview(organisation.name(), 50, 0).stream()
                .filter(found -> found.id().equals(organisation.id()))
                .map(OrganisationOverview::owner)
                .findFirst()
                .orElse("");
    }

    private String fill(OrganisationView organisation, Model model) {
        model.addAttribute("organisation", organisation);
        model.addAttribute("currency", topUps.currency());
        model.addAttribute("possible", topUps.isPossible());
        Tenant.run(organisation.id(), () -> {
            model.addAttribute("wallet", wallets.wallet());
            invoicing.fill(model);
        });
        model.addAttribute(
                "standing",
                postpaid.find(organisation.id())
                        .filter(Postpaid.Approval::isStanding)
                        .isPresent());
        return "billing/organisation";
    }

    private OrganisationView organisation(UUID id) {
        return organisations
                .find(new TenantId(id))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    @PlatformAdmin
    @PostMapping("/admin/organisations/{id}/billing/approve")
    String approve(
            @PathVariable UUID id,
            @Valid @ModelAttribute("form") ApprovalForm form,
            BindingResult result,
            @Nullable CurrentMember admin,
            Model model,
            RedirectAttributes redirect) {
        OrganisationView organisation = organisation(id);
        Optional<Money> line = form.creditLine(topUps.currency(), result);
        if (!topUps.isPossible()) {
            result.reject("payments", "No Stripe account is configured, so nobody can be invoiced.");
        }
        if (!result.hasErrors()) {
            try {
                postpaid.approve(
                        organisation.id(),
                        line.orElseThrow(),
                        form.invoiceName().strip(),
                        form.invoiceEmail().strip(),
                        admin == null ? null : admin.accountId());
                redirect.addFlashAttribute("notice", "“" + organisation.name() + "” pays by invoice.");
            } catch (PaymentsUnavailable away) {
                log.warn("the subscription of {} is made later: {}", organisation.id(), away.getMessage());
            } catch (IllegalArgumentException refused) {
                result.rejectValue("line", "line", String.valueOf(refused.getMessage()));
            }
        }
        if (result.hasErrors()) {
            return fill(organisation, model);
        }
        record(organisation, admin, "invoicing.approved", "up to " + line.orElseThrow());
        return "redirect:" + page(id);
    }

    @PlatformAdmin
    @PostMapping("/admin/organisations/{id}/billing/withdraw")
    String withdraw(@PathVariable UUID id, @Nullable CurrentMember admin, RedirectAttributes redirect) {
        OrganisationView organisation = organisation(id);
        boolean withdrawn;
        try {
            withdrawn = postpaid.withdraw(organisation.id());
        } catch (PaymentsUnavailable away) {
            log.warn("the subscription of {} is ended later: {}", organisation.id(), away.getMessage());
            withdrawn = true;
        }
        if (withdrawn) {
            record(organisation, admin, "invoicing.withdrawn", organisation.name());
            redirect.addFlashAttribute("notice", "“" + organisation.name() + "” pays beforehand from now on.");
        }
        return "redirect:" + page(id);
    }

    private void record(OrganisationView organisation, @Nullable CurrentMember admin, String action, String subject) {
        Tenant.run(organisation.id(), () -> audit.record(admin == null ? null : admin.accountId(), action, subject));
    }

    private static String page(UUID id) {
        return "/admin/organisations/" + id + "/billing";
    }
}
