package io.souk.identity.web;

import io.souk.identity.Accounts;
import io.souk.identity.Passwords;
import io.souk.identity.Person;
import io.souk.platform.Access;
import io.souk.platform.Access.Need;
import io.souk.platform.Names;
import io.souk.platform.RefusedForms;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

@Controller
@RequestMapping("/account")
@Access(Need.SIGNED_IN)
class AccountPages {
    private final Accounts accounts;
    private final Passwords passwords;
    private final Sessions sessions;

    AccountPages(Accounts accounts, Passwords passwords, Sessions sessions) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.sessions = sessions;
    }

    @GetMapping
    String page(Person person, Model model) {
        model.addAttribute("person", person);
        return "identity/account";
    }

    @PostMapping("/name")
    String rename(@RequestParam String name, Person person, Model model, RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A name", stripped);
        if (problem.isPresent()) {
            model.addAttribute("typedName", name);
            RefusedForms.tell(model, "nameProblem", problem.get());
            return page(person, model);
        }
        accounts.rename(person.accountId(), stripped);
        next.addFlashAttribute("notice", "Your name is saved.");
        return "redirect:/account";
    }

    @PostMapping("/password")
    String changePassword(
            @RequestParam String present,
            @RequestParam String password,
            Person person,
            Model model,
            HttpSession session,
            RedirectAttributes next) {
        Optional<String> problem = passwords.problem(password, person.email());
        if (problem.isPresent()) {
            RefusedForms.tell(model, "passwordProblem", problem.get());
            return page(person, model);
        }
        if (!accounts.changePassword(person.accountId(), present, password)) {
            RefusedForms.tell(model, "presentProblem", "This is not your present password.");
            return page(person, model);
        }
        sessions.endOthers(person.accountId(), session.getId());
        next.addFlashAttribute("notice", "Your password is changed. You are signed out everywhere else.");
        return "redirect:/account";
    }

    @PostMapping("/sessions/end")
    String endOtherSessions(Person person, HttpSession session, RedirectAttributes next) {
        int ended = sessions.endOthers(person.accountId(), session.getId());
        next.addFlashAttribute(
                "notice",
                ended == 0
                        ? "You are signed in nowhere else."
                        : "You are signed out of " + ended + (ended == 1 ? " other session." : " other sessions."));
        return "redirect:/account";
    }
}
