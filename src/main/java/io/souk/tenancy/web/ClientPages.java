package io.souk.tenancy.web;

import io.souk.platform.Names;
import io.souk.platform.PortalAddress;
import io.souk.tenancy.ApiClients;
import io.souk.tenancy.CreatedApiClient;
import io.souk.tenancy.CurrentMember;
import io.souk.tenancy.access.OwnerOnly;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

/** The programs of an organisation that call the management API. */
@Controller
@RequestMapping("/organisation/clients")
@OwnerOnly
class ClientPages {
    private static final String HERE = "redirect:/organisation/clients";

    private final ApiClients clients;
    private final PortalAddress portal;

    ClientPages(ApiClients clients, PortalAddress portal) {
        this.clients = clients;
        this.portal = portal;
    }

    @GetMapping
    String page(Model model) {
        model.addAttribute("clients", clients.list());
        model.addAttribute("scopeChoices", ApiClients.SCOPES);
        model.addAttribute(
                "sample",
                sample(
                        model.getAttribute("createdId") instanceof String id ? id : "CLIENT_ID",
                        model.getAttribute("createdSecret") instanceof String secret ? secret : "CLIENT_SECRET"));
        return "tenancy/clients";
    }

    private String sample(String id, String secret) {
        return "TOKEN=$(curl -s -u '" + id + ":" + secret + "' " + portal.page("/oauth2/token")
                + " -d grant_type=client_credentials \\\n  | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n"
                + "curl -s " + portal.page("/api/v1/organisation") + " -H \"Authorization: Bearer $TOKEN\"";
    }

    @PostMapping
    String create(
            @RequestParam String name,
            @RequestParam(name = "scope", required = false) @Nullable Set<String> scopes,
            CurrentMember member,
            RedirectAttributes next) {
        String stripped = name.strip();
        Optional<String> problem = Names.problem("A client's name", stripped);
        if (problem.isPresent()) {
            next.addFlashAttribute("problem", problem.get() + " None was created.");
            return HERE;
        }
        if (scopes == null || scopes.isEmpty() || !ApiClients.SCOPES.keySet().containsAll(scopes)) {
            next.addFlashAttribute("problem", "Choose at least one thing that the client may do. None was created.");
            return HERE;
        }
        Optional<CreatedApiClient> created = clients.create(stripped, scopes, member.accountId());
        if (created.isEmpty()) {
            next.addFlashAttribute("problem", "Fifty clients work already. Revoke one first.");
            return HERE;
        }
        next.addFlashAttribute("createdId", created.get().client().clientId());
        next.addFlashAttribute("createdSecret", created.get().secret());
        return HERE;
    }

    @PostMapping("/{id}/revoke")
    String revoke(@PathVariable UUID id, CurrentMember member, RedirectAttributes next) {
        if (!clients.revoke(id, member.accountId())) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        next.addFlashAttribute("notice", "The client is revoked; its tokens are refused from now on.");
        return HERE;
    }
}
