package io.souk.access.web;

import io.souk.access.ApiKeyView;
import io.souk.access.ApiKeys;
import io.souk.access.CreatedKey;
import io.souk.identity.SentForms;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.AnyMember;
import io.souk.tenancy.access.DeveloperRole;
import jakarta.validation.Valid;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The organisation's keys. A new key is shown on the one page that follows its making, and never again. */
@Controller
class KeyPages {
    private final ApiKeys keys;
    private final Projects projects;
    private final SentForms sent;
    private final FirstCall firstCall;
    private final Clock clock;

    KeyPages(ApiKeys keys, Projects projects, SentForms sent, FirstCall firstCall, Clock clock) {
        this.keys = keys;
        this.projects = projects;
        this.sent = sent;
        this.firstCall = firstCall;
        this.clock = clock;
    }

    /** A key in the list. What the page reads is public, for its expressions reach nothing else. */
    record Row(ApiKeyView key, String project) {
        public boolean active() {
            return key.state() == ApiKeyView.State.ACTIVE;
        }

        public String state() {
            return switch (key.state()) {
                case ACTIVE -> "Active";
                case EXPIRED -> "Expired";
                case REVOKED -> "Revoked";
            };
        }

        public String tone() {
            return switch (key.state()) {
                case ACTIVE -> "good";
                case EXPIRED -> "warn";
                case REVOKED -> "quiet";
            };
        }
    }

    @AnyMember
    @GetMapping("/keys")
    String list(CurrentMember member, Model model) {
        Map<UUID, String> names =
                projects.list().stream().collect(Collectors.toMap(ProjectView::id, ProjectView::name));
        model.addAttribute(
                "keys",
                keys.list().stream()
                        .map(key -> new Row(key, names.getOrDefault(key.projectId(), "")))
                        .toList());
        model.addAttribute("mayChange", member.isDeveloper());
        if (model.getAttribute("createdKey") instanceof String secret) {
            model.addAttribute("samples", firstCall.samples(secret));
            model.addAttribute("sampleModel", firstCall.model().orElse(""));
        }
        return "access/keys";
    }

    @DeveloperRole
    @GetMapping("/keys/new")
    String form(Model model) {
        model.addAttribute("form", new KeyForm("", projects.standard().id().toString(), "90", ""));
        return form(model, projects.list());
    }

    private static String form(Model model, List<ProjectView> projects) {
        Map<String, String> choices = new LinkedHashMap<>();
        projects.forEach(project -> choices.put(project.id().toString(), project.name()));
        model.addAttribute("projects", choices);
        model.addAttribute("expiries", KeyForm.expiries());
        return "access/key-new";
    }

    @DeveloperRole
    @PostMapping("/keys")
    String create(
            @Valid @ModelAttribute("form") KeyForm form,
            BindingResult result,
            @RequestParam(required = false) @Nullable UUID sending,
            CurrentMember member,
            Model model,
            RedirectAttributes redirect) {
        Instant expiresAt = form.expiresAt(clock.instant(), result);
        List<ProjectView> all = projects.list();
        Optional<ProjectView> project = all.stream()
                .filter(one -> one.id().toString().equals(form.project()))
                .findFirst();
        if (project.isEmpty() && !result.hasFieldErrors("project")) {
            result.rejectValue("project", "project", "Choose one of your organisation's projects.");
        }
        if (result.hasErrors()) {
            return form(model, all);
        }
        if (!(sent.once(
                        member.accountId(),
                        sending,
                        () -> Optional.of(
                                keys.create(form.name(), project.orElseThrow().id(), expiresAt, member.accountId())))
                instanceof SentForms.Done<CreatedKey>(CreatedKey created))) {
            return "redirect:/keys?again";
        }
        redirect.addFlashAttribute("createdKey", created.secret());
        redirect.addFlashAttribute("createdName", created.key().name());
        return "redirect:/keys";
    }

    @DeveloperRole
    @PostMapping("/keys/{id}/revoke")
    String revoke(@PathVariable UUID id, CurrentMember member, RedirectAttributes redirect) {
        ApiKeyView key = keys.revoke(id, member.accountId())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        redirect.addFlashAttribute(
                "notice", "The key \"" + key.name() + "\" is revoked. Calls with it are refused within a second.");
        return "redirect:/keys";
    }
}
