package io.souk.identity.web;

import io.souk.identity.Person;
import io.souk.identity.Verification;
import io.souk.platform.Access;
import io.souk.platform.Access.Need;
import io.souk.platform.RefusedForms;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Proving an address. The mailed link shows a button, because mail scanners open links but press nothing. */
@Controller
@Access(Need.ANYONE)
class VerifyPages {
    private final Verification verification;

    VerifyPages(Verification verification) {
        this.verification = verification;
    }

    @GetMapping("/verify")
    String page(@RequestParam(required = false) @Nullable String token, @Nullable Person person, Model model) {
        if (token == null) {
            if (person == null) {
                return "redirect:/sign-in";
            }
            model.addAttribute("person", person);
            return person.verified() ? "redirect:/" : "identity/unverified";
        }
        Optional<Person> pending = verification.pending(token);
        model.addAttribute("token", token);
        model.addAttribute("person", pending.orElse(null));
        return "identity/verify";
    }

    @PostMapping("/verify")
    String verify(@RequestParam String token, @Nullable Person person, Model model, RedirectAttributes next) {
        Optional<Person> verified = verification.verify(token);
        if (verified.isEmpty()) {
            RefusedForms.tell(model, "token", token);
            return "identity/verify";
        }
        next.addFlashAttribute("notice", "Your e-mail address is confirmed.");
        if (person != null && person.accountId().equals(verified.get().accountId())) {
            return "redirect:/models";
        }
        next.addAttribute("email", verified.get().email());
        return "redirect:/sign-in";
    }

    @PostMapping("/verify/again")
    String again(@Nullable Person person, RedirectAttributes next) {
        if (person == null) {
            return "redirect:/sign-in";
        }
        if (!person.verified()) {
            if (verification.ask(person).isPresent()) {
                next.addFlashAttribute(
                        "problem",
                        "Three mails were sent within a quarter of an hour. Look for them, or wait a while.");
            } else {
                next.addFlashAttribute("notice", "A new mail is on its way to " + person.email() + ".");
            }
        }
        return "redirect:/verify";
    }
}
