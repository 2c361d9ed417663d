package io.souk.tenancy.web;

import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.platform.Names;
import io.souk.tenancy.AuditLog;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.MemberRole;
import io.souk.tenancy.Members;
import io.souk.tenancy.Membership;
import io.souk.tenancy.MembershipChange;
import io.souk.tenancy.Organisations;
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

    private final Organisations organisations;
    private final Members members;
    private final Invitations invitations;
    private final Projects projects;
    private final AuditLog audit;

    OrganisationPages(
            Organisations organisations, Members members, Invitations invitations, Projects projects, AuditLog audit) {
        this.organisations = organisations;
        this.members = members;
        this.invitations = invitations;
        this.projects = projects;
        this.audit = audit;
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
    String rename(@RequestParam String name, CurrentMember member, RedirectAttributes next) {
        String stripped = name.strip();
        Names.problem("A name", stripped)
                .ifPresentOrElse(problem -> next.addFlashAttribute("problem", problem + " It was not changed."), () -> {
                    organisations.rename(stripped, member.accountId());
                    next.addFlashAttribute("notice", "The name is saved.");
                });
        return HERE;
    }

    @OwnerOnly
    @PostMapping("/members/{accountId}/role")
    String changeRole(
            @PathVariable UUID accountId,
            @RequestParam MemberRole role,
            CurrentMember member,
            RedirectAttributes next) {
        return tell(
                members.changeRole(accountId, role, member.accountId()),
                next,
                "now has the role " + role.label().toLowerCase(java.util.Locale.ROOT) + ".");
    }

    @OwnerOnly
    @PostMapping("/members/{accountId}/remove")
    String remove(@PathVariable UUID accountId, CurrentMember member, RedirectAttributes next) {
        return tell(members.remove(accountId, member.accountId()), next, "is no longer a member.");
    }

    private static String tell(MembershipChange change, RedirectAttributes next, String what) {
        return switch (change) {
            case MembershipChange.Done done -> {
                next.addFlashAttribute("notice", done.member().name() + " " + what);
                yield HERE;
            }
            case MembershipChange.LastOwner _ -> {
                next.addFlashAttribute(
                        "problem", "This is the last owner, and somebody must be. Make another member an owner first.");
                yield HERE;
            }
            case MembershipChange.Unknown _ -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        };
    }

    @OwnerOnly
    @PostMapping("/invitations")
    String invite(@RequestParam String email, @RequestParam MemberRole role, Person person, RedirectAttributes next) {
        String address = email.strip();
        if (!Names.isPlain(address)) {
            next.addFlashAttribute(
                    "problem",
                    "An e-mail address has no control characters and no signs that change the direction of writing. "
                            + "Nobody was invited.");
        } else if (!EMAIL.matcher(address).matches() || address.length() > LONGEST_EMAIL) {
            next.addFlashAttribute("problem", "\"" + address + "\" is no e-mail address. Nobody was invited.");
        } else if (invitations.invite(address, role, person).isEmpty()) {
            next.addFlashAttribute(
                    "problem",
                    address + " is a member already, or a hundred invitations are open. Nobody was invited.");
        } else {
            next.addFlashAttribute("notice", "An invitation is on its way to " + address + ".");
        }
        return HERE;
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
    String createProject(@RequestParam String name, CurrentMember member, RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A project's name", stripped);
        if (problem.isPresent()) {
            next.addFlashAttribute("problem", problem.get());
        } else if (projects.create(stripped, member.accountId()).isEmpty()) {
            next.addFlashAttribute("problem", "There is a project of that name already.");
        } else {
            next.addFlashAttribute("notice", "The project \"" + stripped + "\" is created.");
        }
        return HERE;
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
            Person person,
            @Nullable CurrentMember member,
            HttpServletRequest request,
            Model model,
            RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A name", stripped);
        if (problem.isPresent()) {
            model.addAttribute("nameProblem", problem.get());
            return create(member, model);
        }
        if (organisations.of(person.accountId()).size() >= 50) {
            model.addAttribute("nameProblem", "You are a member of fifty organisations, which is the most.");
            return create(member, model);
        }
        TenantId tenant = organisations.create(stripped, person.accountId());
        TenantFilter.choose(request, tenant);
        next.addFlashAttribute("notice", "The organisation \"" + stripped + "\" is created, and you work in it now.");
        return HERE;
    }
}
