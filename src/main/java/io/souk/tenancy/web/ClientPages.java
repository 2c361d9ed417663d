package io.souk.tenancy.web;

import io.souk.identity.SentForms;
import io.souk.platform.Names;
import io.souk.platform.PortalAddress;
import io.souk.platform.RefusedForms;
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
    private final SentForms sent;
    private final PortalAddress portal;

    ClientPages(ApiClients clients, SentForms sent, PortalAddress portal) {
        this.clients = clients;
        this.sent = sent;
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
            @RequestParam(required = false) @Nullable UUID sending,
            CurrentMember member,
            Model model,
            RedirectAttributes next) {
        String stripped = name.strip();
        Set<String> chosen = scopes == null ? Set.of() : scopes;
        model.addAttribute("typedName", name);
        model.addAttribute("typedScopes", chosen);
        Optional<String> problem = Names.problem("A client's name", stripped);
        if (problem.isPresent()) {
            return refused(problem.get() + " None was created.", model);
        }
        if (chosen.isEmpty() || !ApiClients.SCOPES.keySet().containsAll(chosen)) {
            return refused("Choose at least one thing that the client may do. None was created.", model);
        }
        return switch (sent.once(
                member.accountId(), sending, () -> clients.create(stripped, chosen, member.accountId()))) {
            case SentForms.Done<CreatedApiClient>(CreatedApiClient created) -> {
                next.addFlashAttribute("createdId", created.client().clientId());
                next.addFlashAttribute("createdSecret", created.secret());
                yield HERE;
            }
            case SentForms.Again<CreatedApiClient> _ -> HERE + "?again";
            case SentForms.Refused<CreatedApiClient> _ ->
                refused("Fifty clients work already. Revoke one first.", model);
        };
    }

    private String refused(String problem, Model model) {
        RefusedForms.tell(model, "problem", problem);
        return page(model);
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
