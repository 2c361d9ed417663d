package io.souk.tenancy.web;

import io.souk.identity.Person;
import io.souk.identity.SentForms;
import io.souk.kernel.TenantId;
import io.souk.platform.Names;
import io.souk.platform.RefusedForms;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.InvitationView;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Members;
import io.souk.tenancy.Membership;
import io.souk.tenancy.MembershipChange;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.ProjectView;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.AnyMember;
import io.souk.tenancy.access.OwnerOnly;
import io.souk.tenancy.access.SignedIn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

@Controller
@RequestMapping("/organisation")
class OrganisationPages {
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");
    private static final int LONGEST_EMAIL = 254;
    private static final int SHOWN_DEEDS = 50;
    private static final String HERE = "redirect:/organisation";
    private static final String AGAIN = HERE + "?again";

    private final Organisations organisations;
    private final Members members;
    private final Invitations invitations;
    private final Projects projects;
    private final AuditLog audit;
    private final SentForms sent;

    OrganisationPages(
            Organisations organisations,
            Members members,
            Invitations invitations,
            Projects projects,
            AuditLog audit,
            SentForms sent) {
        this.organisations = organisations;
        this.members = members;
        this.invitations = invitations;
        this.projects = projects;
        this.audit = audit;
        this.sent = sent;
    }

    @AnyMember
    @GetMapping
    String page(CurrentMember member, Model model) {
        model.addAttribute("me", member);
        model.addAttribute("organisation", organisations.current());
        model.addAttribute("members", members.list());
        model.addAttribute("projects", projects.list());
        model.addAttribute("roleChoices", MemberRole.values());
        if (member.isOwner()) {
            model.addAttribute("invitations", invitations.open());
            model.addAttribute("deeds", audit.newest(SHOWN_DEEDS));
        }
        return "tenancy/organisation";
    }

    @OwnerOnly
    @PostMapping("/name")
    String rename(@RequestParam String name, CurrentMember member, Model model, RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A name", stripped);
        if (problem.isPresent()) {
            model.addAttribute("typedName", name);
            return refused(problem.get() + " It was not changed.", member, model);
        }
        organisations.rename(stripped, member.accountId());
        next.addFlashAttribute("notice", "The name is saved.");
        return HERE;
    }

    private String refused(String problem, CurrentMember member, Model model) {
        RefusedForms.tell(model, "problem", problem);
        return page(member, model);
    }

    @OwnerOnly
    @PostMapping("/members/{accountId}/role")
    String changeRole(
            @PathVariable UUID accountId,
            @RequestParam MemberRole role,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        return tell(
                members.changeRole(accountId, role, member.accountId()),
                member,
                model,
                next,
                "now has the role " + role.label().toLowerCase(java.util.Locale.ROOT) + ".");
    }

    @OwnerOnly
    @PostMapping("/members/{accountId}/remove")
    String remove(@PathVariable UUID accountId, CurrentMember member, Model model, RedirectAttributes next) {
        return tell(members.remove(accountId, member.accountId()), member, model, next, "is no longer a member.");
    }

    private String tell(
            MembershipChange change, CurrentMember member, Model model, RedirectAttributes next, String what) {
        return switch (change) {
            case MembershipChange.Done done -> {
                next.addFlashAttribute("notice", done.member().name() + " " + what);
                yield HERE;
            }
            case MembershipChange.LastOwner _ ->
                refused(
                        "This is the last owner, and somebody must be. Make another member an owner first.",
                        member,
                        model);
            case MembershipChange.Unknown _ -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        };
    }

    @OwnerOnly
    @PostMapping("/invitations")
    String invite(
            @RequestParam String email,
            @RequestParam MemberRole role,
            @RequestParam(required = false) @Nullable UUID sending,
            Person person,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        String address = email.strip();
        model.addAttribute("typedEmail", email);
        model.addAttribute("typedRole", role);
        if (!Names.isPlain(address)) {
            return refused(
                    "An e-mail address has no control characters and no signs that change the direction of writing. "
                            + "Nobody was invited.",
                    member,
                    model);
        }
        if (!EMAIL.matcher(address).matches() || address.length() > LONGEST_EMAIL) {
            return refused("\"" + address + "\" is no e-mail address. Nobody was invited.", member, model);
        }
        return switch (sent.once(person.accountId(), sending, () -> invitations.invite(address, role, person))) {
            case SentForms.Done<InvitationView> _ -> {
                next.addFlashAttribute("notice", "An invitation is on its way to " + address + ".");
                yield HERE;
            }
            case SentForms.Again<InvitationView> _ -> AGAIN;
            case SentForms.Refused<InvitationView> _ ->
                refused(
                        address + " is a member already, or a hundred invitations are open. Nobody was invited.",
                        member,
                        model);
        };
    }

    @OwnerOnly
    @PostMapping("/invitations/{id}/revoke")
    String revoke(@PathVariable UUID id, CurrentMember member, RedirectAttributes next) {
        if (!invitations.revoke(id, member.accountId())) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        next.addFlashAttribute("notice", "The invitation is revoked; its link no longer works.");
        return HERE;
    }

    @OwnerOnly
    @PostMapping("/projects")
    String createProject(
            @RequestParam String name,
            @RequestParam(required = false) @Nullable UUID sending,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        String stripped = name.strip();
        model.addAttribute("typedProject", name);
        Optional<String> problem = Names.problem("A project's name", stripped);
        if (problem.isPresent()) {
            return refused(problem.get() + " None was created.", member, model);
        }
        return switch (sent.once(member.accountId(), sending, () -> projects.create(stripped, member.accountId()))) {
            case SentForms.Done<ProjectView> _ -> {
                next.addFlashAttribute("notice", "The project \"" + stripped + "\" is created.");
                yield HERE;
            }
            case SentForms.Again<ProjectView> _ -> AGAIN;
            case SentForms.Refused<ProjectView> _ ->
                refused("There is a project of that name already. Choose another name.", member, model);
        };
    }

    @SignedIn
    @PostMapping("/switch")
    String choose(@RequestParam UUID organisation, Person person, HttpServletRequest request, RedirectAttributes next) {
        Membership membership = organisations.of(person.accountId()).stream()
                .filter(one -> one.tenant().value().equals(organisation))
                .findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        TenantFilter.choose(request, membership.tenant());
        next.addFlashAttribute("notice", "You now work in " + membership.organisation() + ".");
        return HERE;
    }

    @SignedIn
    @GetMapping("/new")
    String create(@Nullable CurrentMember member, Model model) {
        model.addAttribute("first", member == null);
        return "tenancy/organisation-new";
    }

    @SignedIn
    @PostMapping("/new")
    String create(
            @RequestParam String name,
            @RequestParam(required = false) @Nullable UUID sending,
            Person person,
            @Nullable CurrentMember member,
            HttpServletRequest request,
            Model model,
            RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A name", stripped);
        if (organisations.of(person.accountId()).size() >= 50) {
            problem = Optional.of("You are a member of fifty organisations, which is the most.");
        }
        if (problem.isPresent()) {
            model.addAttribute("typedName", name);
            RefusedForms.tell(model, "nameProblem", problem.get());
            return create(member, model);
        }
        // the organisation is made in a transaction of its own, as itself
        if (!sent.first(person.accountId(), sending)) {
            return AGAIN;
        }
        TenantId tenant = organisations.create(stripped, person.accountId());
        TenantFilter.choose(request, tenant);
        next.addFlashAttribute("notice", "The organisation \"" + stripped + "\" is created, and you work in it now.");
        return HERE;
    }
}
