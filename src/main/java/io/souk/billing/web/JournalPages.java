package io.souk.billing.web;

import io.souk.billing.Journals;
import io.souk.kernel.Money;
import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.access.PlatformAdmin;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The journals of all gateways, and the decision that one is lost. */
@Controller
@ConditionalOnRole(Role.PORTAL)
@PlatformAdmin
class JournalPages {
    private static final Logger log = LoggerFactory.getLogger(JournalPages.class);

    private final Journals journals;

    JournalPages(Journals journals) {
        this.journals = journals;
    }

    @PlatformAdmin
    @GetMapping("/admin/journals")
    String show(Model model) {
        model.addAttribute("journals", journals.list());
        return "billing/journals";
    }

    @PlatformAdmin
    @PostMapping("/admin/journals/{id}/lost")
    String declareLost(@PathVariable UUID id, @Nullable CurrentMember admin, RedirectAttributes redirect) {
        switch (journals.declareLost(id, admin == null ? null : admin.accountId())) {
            case Journals.Declaration.Lost lost -> {
                log.warn("journal {} was declared lost by {}", id, admin == null ? "an admin" : admin.accountId());
                redirect.addFlashAttribute("notice", "The journal is given up. " + freed(lost));
            }
            case Journals.Declaration.StillHeardOf _ ->
                redirect.addFlashAttribute(
                        "problem",
                        "The gateway of this journal was heard of in the last " + Journals.SILENCE.toMinutes()
                                + " minutes, so nothing is lost. Stop that gateway first; what it recorded is then"
                                + " settled by its next start.");
            case Journals.Declaration.NothingToDeclare _ -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return "redirect:/admin/journals";
    }

    private static String freed(Journals.Declaration.Lost lost) {
        return lost.released().isEmpty()
                ? "It held no credit."
                : "Free again: " + lost.released().stream().map(Money::toString).collect(Collectors.joining(", "))
                        + ".";
    }
}
