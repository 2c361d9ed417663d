package io.souk.access.web;

import io.souk.access.ApiKeyView;
import io.souk.access.ApiKeys;
import io.souk.access.BudgetPeriod;
import io.souk.access.Budgets;
import io.souk.access.Limits;
import io.souk.access.RateLimits;
import io.souk.access.Scope;
import io.souk.billing.Wallets;
import io.souk.kernel.Money;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.AnyMember;
import io.souk.tenancy.access.BillingRole;
import io.souk.tenancy.access.OwnerOnly;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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

/**
 * What a key, a project and the organisation may ask for and spend, and how much of it is spent. Owners set limits,
 * those who see to the money set budgets, everybody sees both.
 */
@Controller
class LimitPages {
    private final ApiKeys keys;
    private final Projects projects;
    private final RateLimits limits;
    private final Budgets budgets;
    private final Wallets wallets;

    LimitPages(ApiKeys keys, Projects projects, RateLimits limits, Budgets budgets, Wallets wallets) {
        this.keys = keys;
        this.projects = projects;
        this.limits = limits;
        this.budgets = budgets;
        this.wallets = wallets;
    }

    /** Whose limits and budgets a page shows, and where its forms go. */
    record Subject(
            Scope scope,
            UUID id,
            String name,
            String kind,
            String section,
            String path,
            String budgetPath,
            Map<String, String> trail) {
        static Subject of(ApiKeyView key) {
            String path = "/keys/" + key.id();
            return new Subject(
                    Scope.KEY,
                    key.id(),
                    key.name(),
                    "key",
                    "keys",
                    path,
                    path + "/budgets",
                    new LinkedHashMap<>(Map.of("/keys", "API keys")));
        }

        static Subject of(ProjectView project) {
            String path = "/projects/" + project.id();
            return new Subject(
                    Scope.PROJECT,
                    project.id(),
                    project.name(),
                    "project",
                    "organisation",
                    path,
                    path + "/budgets",
                    new LinkedHashMap<>(Map.of("/organisation", "Organisation")));
        }

        static Subject of(CurrentMember member) {
            return new Subject(
                    Scope.ORGANISATION,
                    member.tenant().value(),
                    member.organisation(),
                    "organisation",
                    "organisation",
                    "/organisation/budgets",
                    "/organisation/budgets",
                    new LinkedHashMap<>(Map.of("/organisation", "Organisation")));
        }

        public boolean isOrganisation() {
            return scope == Scope.ORGANISATION;
        }
    }

    private Subject key(UUID id) {
        return keys.find(id)
                .filter(key -> !key.portal())
                .map(Subject::of)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private Subject project(UUID id) {
        return projects.find(id).map(Subject::of).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    @AnyMember
    @GetMapping("/keys/{id}")
    String key(@PathVariable UUID id, CurrentMember member, Model model) {
        return page(key(id), member, model);
    }

    @AnyMember
    @GetMapping("/projects/{id}")
    String project(@PathVariable UUID id, CurrentMember member, Model model) {
        return page(project(id), member, model);
    }

    @AnyMember
    @GetMapping("/organisation/budgets")
    String organisation(CurrentMember member, Model model) {
        return page(Subject.of(member), member, model);
    }

    private String page(Subject subject, CurrentMember member, Model model) {
        model.addAttribute("limitForm", LimitForm.of(limits.of(subject.id)));
        model.addAttribute("budgetForm", BudgetForm.EMPTY);
        return filled(subject, member, model);
    }

    private String filled(Subject subject, CurrentMember member, Model model) {
        model.addAttribute("subject", subject);
        model.addAttribute("limits", limits.of(subject.id));
        model.addAttribute("budgets", budgets.of(subject.id));
        model.addAttribute("mayLimit", member.isOwner() && !subject.isOrganisation());
        model.addAttribute("mayBudget", member.isBilling());
        model.addAttribute("periods", BudgetForm.periods());
        model.addAttribute("ends", BudgetForm.ends());
        model.addAttribute("currency", currency());
        if (subject.scope == Scope.KEY) {
            model.addAttribute("key", keys.find(subject.id).orElseThrow());
        }
        if (subject.isOrganisation()) {
            model.addAttribute("projects", projects.list());
        }
        return "access/limits";
    }

    private String currency() {
        return wallets.wallet().balance().currency();
    }

    @OwnerOnly
    @PostMapping("/keys/{id}/limits")
    String limitKey(
            @PathVariable UUID id,
            @ModelAttribute("limitForm") LimitForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return limit(key(id), form, result, member, model, next);
    }

    @OwnerOnly
    @PostMapping("/projects/{id}/limits")
    String limitProject(
            @PathVariable UUID id,
            @ModelAttribute("limitForm") LimitForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return limit(project(id), form, result, member, model, next);
    }

    private String limit(
            Subject subject,
            LimitForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        Limits wanted = form.limits(result);
        if (result.hasErrors()) {
            model.addAttribute("budgetForm", BudgetForm.EMPTY);
            return filled(subject, member, model);
        }
        if (!limits.set(subject.scope, subject.id, wanted, member.accountId())) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        next.addFlashAttribute(
                "notice",
                wanted.isNone()
                        ? "The " + subject.kind + " has no limits any more."
                        : "The limits are saved. Gateways keep to them within a second.");
        return "redirect:" + subject.path;
    }

    @BillingRole
    @PostMapping("/keys/{id}/budgets")
    String budgetKey(
            @PathVariable UUID id,
            @ModelAttribute("budgetForm") BudgetForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return budget(key(id), form, result, member, model, next);
    }

    @BillingRole
    @PostMapping("/projects/{id}/budgets")
    String budgetProject(
            @PathVariable UUID id,
            @ModelAttribute("budgetForm") BudgetForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return budget(project(id), form, result, member, model, next);
    }

    @BillingRole
    @PostMapping("/organisation/budgets")
    String budgetOrganisation(
            @ModelAttribute("budgetForm") BudgetForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return budget(Subject.of(member), form, result, member, model, next);
    }

    private String budget(
            Subject subject,
            BudgetForm form,
            BindingResult result,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        @Nullable Money amount = form.money(currency(), result);
        @Nullable BudgetPeriod period = form.chosen(result);
        boolean hard = form.isHard(result);
        if (amount == null || period == null || result.hasErrors()) {
            model.addAttribute("limitForm", LimitForm.of(limits.of(subject.id)));
            return filled(subject, member, model);
        }
        if (!budgets.set(subject.scope, subject.id, period, amount, hard, member.accountId())) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        next.addFlashAttribute(
                "notice",
                hard
                        ? "The budget is saved. Gateways keep to it within a second."
                        : "The budget is saved. We write to owners and billing members at 80 % and at 100 %.");
        return "redirect:" + subject.path;
    }

    @BillingRole
    @PostMapping("/budgets/{id}/remove")
    String remove(@PathVariable UUID id, CurrentMember member, RedirectAttributes next) {
        Budgets.Removed removed = budgets.remove(id, member.accountId())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        next.addFlashAttribute("notice", "The budget is removed.");
        return "redirect:"
                + switch (removed.scope()) {
                    case KEY -> "/keys/" + removed.subject();
                    case PROJECT -> "/projects/" + removed.subject();
                    case ORGANISATION, MODEL -> "/organisation/budgets";
                };
    }
}
