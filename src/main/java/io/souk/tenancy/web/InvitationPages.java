package io.souk.tenancy.web;

import io.souk.identity.Accounts;
import io.souk.identity.EmailTaken;
import io.souk.identity.Passwords;
import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.platform.Names;
import io.souk.platform.RefusedForms;
import io.souk.tenancy.InvitationOffer;
import io.souk.tenancy.Invitations;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What somebody finds who opens the link of an invitation: whoever holds it proves to read the invited address. */
@Controller
@RequestMapping("/invitations/{token}")
@Anyone
class InvitationPages {
    private final Invitations invitations;
    private final Accounts accounts;
    private final Passwords passwords;

    InvitationPages(Invitations invitations, Accounts accounts, Passwords passwords) {
        this.invitations = invitations;
        this.accounts = accounts;
        this.passwords = passwords;
    }

    @GetMapping
    String page(@PathVariable String token, @Nullable Person person, Model model, HttpServletResponse response) {
        Optional<InvitationOffer> offer = invitations.offer(token);
        model.addAttribute("token", token);
        model.addAttribute("offer", offer.orElse(null));
        model.addAttribute("person", person);
        if (offer.isEmpty()) {
            response.setStatus(HttpStatus.NOT_FOUND.value());
        } else {
            model.addAttribute(
                    "known", accounts.findByEmail(offer.get().email()).isPresent());
        }
        return "tenancy/invitation";
    }

    @PostMapping("/accept")
    String accept(
            @PathVariable String token, @Nullable Person person, HttpServletRequest request, RedirectAttributes next) {
        if (person == null) {
            throw new InsufficientAuthenticationException("nobody is signed in");
        }
        if (!person.verified()) {
            throw new AccessDeniedException("the address is not verified");
        }
        Optional<TenantId> joined = invitations.accept(token, person);
        if (joined.isEmpty()) {
            return "redirect:/invitations/" + token;
        }
        TenantFilter.choose(request, joined.get());
        next.addFlashAttribute("notice", "Welcome. You work in this organisation now.");
        return "redirect:/organisation";
    }

    @PostMapping("/join")
    String join(
            @PathVariable String token,
            @RequestParam String name,
            @RequestParam String password,
            @Nullable Person person,
            Model model,
            HttpServletResponse response,
            RedirectAttributes next) {
        Optional<InvitationOffer> offer = invitations.offer(token);
        if (offer.isEmpty() || person != null) {
            return "redirect:/invitations/" + token;
        }
        String email = offer.get().email();
        Optional<String> problem = passwords.problem(password, email);
        Optional<String> nameProblem = Names.problem("A name", name.strip());
        if (problem.isPresent() || nameProblem.isPresent()) {
            problem.ifPresent(text -> RefusedForms.tell(model, "passwordProblem", text));
            nameProblem.ifPresent(text -> RefusedForms.tell(model, "nameProblem", text));
            model.addAttribute("name", name);
            return page(token, null, model, response);
        }
        try {
            invitations.acceptAsNewPerson(token, name, password);
        } catch (EmailTaken taken) {
            return "redirect:/invitations/" + token;
        }
        next.addFlashAttribute("notice", "Your account is created. Sign in to begin.");
        next.addAttribute("email", email);
        next.addAttribute("next", "/organisation");
        return "redirect:/sign-in";
    }
}
