package io.souk.access.web;

import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.Projects;
import io.souk.tenancy.access.AnyMember;
import io.souk.tenancy.access.DeveloperRole;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The organisation's projects, which keys and so costs are sorted by. */
@Controller
class ProjectPages {
    private final Projects projects;

    ProjectPages(Projects projects) {
        this.projects = projects;
    }

    @AnyMember
    @GetMapping("/projects")
    String list(CurrentMember member, Model model) {
        model.addAttribute("projects", projects.list());
        model.addAttribute("mayChange", member.isDeveloper());
        return "access/projects";
    }

    @DeveloperRole
    @PostMapping("/projects")
    String create(@RequestParam(defaultValue = "") String name, CurrentMember member, RedirectAttributes redirect) {
        String trimmed = name.strip();
        if (trimmed.isEmpty() || trimmed.length() > 100) {
            redirect.addFlashAttribute("problem", "The project was not made: a name has 1 to 100 characters.");
        } else if (projects.create(trimmed, member.accountId()).isEmpty()) {
            redirect.addFlashAttribute(
                    "problem", "There is a project of the name \"" + trimmed + "\" already. Choose another name.");
        } else {
            redirect.addFlashAttribute("notice", "The project \"" + trimmed + "\" is there.");
        }
        return "redirect:/projects";
    }
}
