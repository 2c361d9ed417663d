package io.souk.identity.web;

import io.souk.identity.PasswordReset;
import io.souk.identity.Passwords;
import io.souk.identity.Person;
import io.souk.platform.Access;
import io.souk.platform.Access.Need;
import io.souk.platform.RefusedForms;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

@Controller
@Access(Need.ANYONE)
class PasswordPages {
    private final PasswordReset reset;
    private final Passwords passwords;
    private final Sessions sessions;

    PasswordPages(PasswordReset reset, Passwords passwords, Sessions sessions) {
        this.reset = reset;
        this.passwords = passwords;
        this.sessions = sessions;
    }

    @GetMapping("/forgot-password")
    String forgot(@RequestParam(defaultValue = "") String email, Model model) {
        model.addAttribute("email", email);
        return "identity/forgot-password";
    }

    /** Says the same whether there is such an account or not. */
    @PostMapping("/forgot-password")
    String ask(@RequestParam String email, Model model) {
        reset.ask(email);
        model.addAttribute("email", email.strip());
        model.addAttribute("asked", true);
        return "identity/forgot-password";
    }

    @GetMapping("/reset-password")
    String choose(@RequestParam(defaultValue = "") String token, Model model) {
        return show(token, reset.pending(token), model);
    }

    private static String show(String token, Optional<Person> person, Model model) {
        model.addAttribute("token", token);
        model.addAttribute("person", person.orElse(null));
        return "identity/reset-password";
    }

    @PostMapping("/reset-password")
    String change(@RequestParam String token, @RequestParam String password, Model model, RedirectAttributes next) {
        Optional<Person> pending = reset.pending(token);
        Optional<String> wrong = pending.flatMap(person -> passwords.problem(password, person.email()));
        wrong.ifPresent(problem -> RefusedForms.tell(model, "passwordProblem", problem));
        Optional<Person> changed = wrong.isPresent() ? Optional.empty() : reset.reset(token, password);
        if (changed.isEmpty()) {
            model.addAttribute(RefusedForms.TOLD, true);
            return show(token, wrong.isPresent() ? pending : Optional.empty(), model);
        }
        sessions.endAll(changed.get().accountId());
        next.addFlashAttribute("notice", "Your password is changed. Sign in with the new one.");
        next.addAttribute("email", changed.get().email());
        return "redirect:/sign-in";
    }
}
