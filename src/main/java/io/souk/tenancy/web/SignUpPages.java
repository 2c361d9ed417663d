package io.souk.tenancy.web;

import io.souk.identity.Accounts;
import io.souk.identity.EmailTaken;
import io.souk.identity.Passwords;
import io.souk.identity.Person;
import io.souk.identity.SignIns;
import io.souk.identity.Verification;
import io.souk.tenancy.Organisations;
import io.souk.tenancy.access.Anyone;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** A person and their organisation begin together. The answer never tells whether an address has an account already. */
@Controller
@Anyone
class SignUpPages {
    private final Accounts accounts;
    private final Organisations organisations;
    private final Verification verification;
    private final Passwords passwords;
    private final SignIns signIns;

    SignUpPages(
            Accounts accounts,
            Organisations organisations,
            Verification verification,
            Passwords passwords,
            SignIns signIns) {
        this.accounts = accounts;
        this.organisations = organisations;
        this.verification = verification;
        this.passwords = passwords;
        this.signIns = signIns;
    }

    @GetMapping("/sign-up")
    String page(@RequestParam(defaultValue = "") String email, @Nullable Person person, Model model) {
        if (person != null) {
            return "redirect:/";
        }
        model.addAttribute("form", new SignUpForm("", email, "", ""));
        return "tenancy/sign-up";
    }

    @PostMapping("/sign-up")
    String signUp(
            @Valid @ModelAttribute("form") SignUpForm form,
            BindingResult result,
            RedirectAttributes next,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (form.password() != null) {
            passwords
                    .problem(form.password(), Accounts.normal(String.valueOf(form.email())))
                    .ifPresent(problem -> result.rejectValue("password", "password", problem));
        }
        if (result.hasErrors()) {
            return "tenancy/sign-up";
        }
        if (signIns.signUpBlockedUntil(request.getRemoteAddr()).isPresent()) {
            response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
            result.reject("often", "Too many people signed up from your network address. Try again in an hour.");
            return "tenancy/sign-up";
        }
        try {
            organisations.create(form.organisation(), () -> {
                Person person = accounts.create(form.email(), form.password(), form.name(), false, false);
                verification.ask(person);
                return person.accountId();
            });
        } catch (EmailTaken taken) {
            accounts.findByEmail(form.email()).ifPresent(verification::signedUpAgain);
        }
        next.addFlashAttribute("email", Accounts.normal(form.email()));
        return "redirect:/sign-up/sent";
    }

    @GetMapping("/sign-up/sent")
    String sent() {
        return "tenancy/sign-up-sent";
    }
}
