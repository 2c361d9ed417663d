package io.souk.supply.web;

import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.identity.Person;
import io.souk.identity.SentForms;
import io.souk.platform.SecretsLost;
import io.souk.supply.BackendDraft;
import io.souk.supply.BackendRefused;
import io.souk.supply.BackendReport;
import io.souk.supply.BackendReports;
import io.souk.supply.BackendView;
import io.souk.supply.Backends;
import io.souk.supply.LiveTests;
import io.souk.supply.Look;
import io.souk.supply.Looks;
import io.souk.tenancy.access.PlatformAdmin;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where a model runs, and whether it answers. */
@Controller
@PlatformAdmin
class BackendPages {
    private final Backends backends;
    private final Offers offers;
    private final Looks looks;
    private final LiveTests tests;
    private final Wizard wizard;
    private final BackendReports reports;
    private final SentForms sent;

    BackendPages(
            Backends backends,
            Offers offers,
            Looks looks,
            LiveTests tests,
            Wizard wizard,
            BackendReports reports,
            SentForms sent) {
        this.backends = backends;
        this.offers = offers;
        this.looks = looks;
        this.tests = tests;
        this.wizard = wizard;
        this.reports = reports;
        this.sent = sent;
    }

    @GetMapping("/admin/models/{id}/backends")
    String list(@PathVariable UUID id, Model model) {
        wizard.open(id, Step.BACKENDS, model);
        model.addAttribute("form", BackendForm.EMPTY);
        return page(id, null, model);
    }

    @GetMapping("/admin/models/{id}/backends/{backend}")
    String edit(@PathVariable UUID id, @PathVariable UUID backend, Model model) {
        wizard.open(id, Step.BACKENDS, model);
        model.addAttribute("form", BackendForm.of(known(id, backend)));
        return page(id, backend, model);
    }

    /** @param action {@code look} asks the server for its models, {@code save} adds it */
    @PostMapping("/admin/models/{id}/backends")
    String add(
            @PathVariable UUID id,
            @ModelAttribute("form") BackendForm form,
            BindingResult result,
            @RequestParam(defaultValue = "save") String action,
            @RequestParam(required = false) @Nullable UUID sending,
            @RequestHeader(name = "HX-Request", defaultValue = "") String htmx,
            Person admin,
            Model model,
            RedirectAttributes redirect) {
        wizard.open(id, Step.BACKENDS, model);
        return save(
                id,
                null,
                draft -> sent.once(admin.accountId(), sending, () -> Optional.of(backends.add(id, draft))),
                form,
                result,
                action,
                htmx,
                model,
                redirect);
    }

    /** The same for a backend that is there. */
    @PostMapping("/admin/models/{id}/backends/{backend}")
    String change(
            @PathVariable UUID id,
            @PathVariable UUID backend,
            @ModelAttribute("form") BackendForm form,
            BindingResult result,
            @RequestParam(defaultValue = "save") String action,
            @RequestHeader(name = "HX-Request", defaultValue = "") String htmx,
            Model model,
            RedirectAttributes redirect) {
        wizard.open(id, Step.BACKENDS, model);
        known(id, backend);
        return save(
                id,
                backend,
                draft -> new SentForms.Done<>(backends.save(backend, draft).orElseThrow()),
                form,
                result,
                action,
                htmx,
                model,
                redirect);
    }

    private String save(
            UUID id,
            @Nullable UUID backend,
            Function<BackendDraft, SentForms.Sent<BackendView>> saving,
            BackendForm form,
            BindingResult result,
            String action,
            String htmx,
            Model model,
            RedirectAttributes redirect) {
        if (action.equals("look")) {
            model.addAttribute("look", look(form, backend, result, model));
            return htmx.equals("true") ? "supply/backends :: look" : page(id, backend, model);
        }
        try {
            BackendDraft draft = form.draft();
            tests.beforeSaving(id, backend == null ? null : known(id, backend), draft);
            if (saving.apply(draft) instanceof SentForms.Done<BackendView>(BackendView saved)) {
                redirect.addFlashAttribute("notice", notice(id, saved));
                return Wizard.to(id, Step.BACKENDS);
            }
            return Wizard.to(id, Step.BACKENDS) + "?again";
        } catch (BackendRefused refused) {
            tell(refused, form, result, model);
            return page(id, backend, model);
        }
    }

    private static void tell(BackendRefused refused, BackendForm form, BindingResult result, Model model) {
        // the result of a form that lacks a field does not know the form
        BindingResult told = new BeanPropertyBindingResult(form, "form");
        told.addAllErrors(result);
        told.rejectValue(refused.field(), "refused", String.valueOf(refused.getMessage()));
        model.addAttribute(BindingResult.MODEL_KEY_PREFIX + "form", told);
    }

    private String notice(UUID id, BackendView saved) {
        String name = "Backend \"" + saved.name() + "\" saved";
        if (!offers.find(id).orElseThrow().isLive()) {
            return name + ". Run the live test before the model goes live.";
        }
        return name + (saved.enabled() ? ". It takes customers' calls from now on." : ", switched off.");
    }

    private Look look(BackendForm form, @Nullable UUID backend, BindingResult result, Model model) {
        try {
            URI uri = form.uri();
            String typed = form.typedCredential();
            return backend == null || typed != null || form.isWithoutCredential()
                    ? looks.at(uri, typed)
                    : looks.at(uri, backend);
        } catch (BackendRefused refused) {
            tell(refused, form, result, model);
            return new Look.Failed(String.valueOf(refused.getMessage()));
        } catch (SecretsLost lost) {
            return new Look.Failed(String.valueOf(lost.getMessage()));
        }
    }

    @PostMapping("/admin/models/{id}/backends/{backend}/remove")
    String remove(@PathVariable UUID id, @PathVariable UUID backend, RedirectAttributes redirect) {
        BackendView view = known(id, backend);
        backends.remove(backend);
        redirect.addFlashAttribute("notice", "Backend \"" + view.name() + "\" removed.");
        return Wizard.to(id, Step.BACKENDS);
    }

    @GetMapping("/admin/models/{id}/test")
    String test(@PathVariable UUID id, Model model) {
        wizard.open(id, Step.TEST, model);
        model.addAttribute("backends", backends.of(id));
        model.addAttribute("test", null);
        return "supply/test";
    }

    /** Makes the real calls; the answer comes when the last backend has answered or failed to. */
    @PostMapping("/admin/models/{id}/test")
    String run(@PathVariable UUID id, @RequestHeader(name = "HX-Request", defaultValue = "") String htmx, Model model) {
        wizard.open(id, Step.TEST, model);
        model.addAttribute("test", tests.run(id));
        wizard.open(id, Step.TEST, model);
        model.addAttribute("backends", backends.of(id));
        return htmx.equals("true") ? "supply/test :: outcome" : "supply/test";
    }

    /** A backend beside the model that it serves and what each gateway tells of it. */
    record Row(BackendView backend, @Nullable OfferView offer, List<BackendReport.Seen> reports) {}

    @GetMapping("/admin/backends")
    String all(Model model) {
        Map<UUID, OfferView> byId = offers.all().stream().collect(Collectors.toMap(OfferView::id, Function.identity()));
        Map<UUID, List<BackendReport.Seen>> told = reports.byBackend();
        List<Row> rows = backends.all().stream()
                .map(backend ->
                        new Row(backend, byId.get(backend.offerId()), told.getOrDefault(backend.id(), List.of())))
                .sorted(java.util.Comparator.comparing(
                        row -> row.backend().health().state() != BackendView.State.DOWN))
                .toList();
        model.addAttribute("rows", rows);
        return "supply/health";
    }

    private BackendView known(UUID id, UUID backend) {
        return backends.find(backend)
                .filter(view -> view.offerId().equals(id))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private String page(UUID id, @Nullable UUID backend, Model model) {
        List<BackendView> all = backends.of(id);
        model.addAttribute("backends", all);
        model.addAttribute(
                "edited",
                all.stream()
                        .filter(view -> view.id().equals(backend))
                        .findFirst()
                        .orElse(null));
        if (!model.containsAttribute("look")) {
            model.addAttribute("look", null);
        }
        return "supply/backends";
    }
}
