package io.souk.portal;

import io.souk.platform.ShellContributor;
import io.souk.platform.ShellDraft;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Gives each page its frame. Templates ask for it, so that nothing is looked up for an answer without a page. */
@Component("shells")
public class Shells {
    private static final Logger log = LoggerFactory.getLogger(Shells.class);
    private static final String KEPT = Shells.class.getName();
    private static final Set<String> THEMES = Set.of("light", "dark");

    private final List<ShellContributor> contributors;
    private final Map<String, List<String>> sheets = new ConcurrentHashMap<>();

    Shells(List<ShellContributor> contributors) {
        this.contributors = contributors;
    }

    /** The frame of the page being rendered; a visitor's outside a request. Never fails. */
    public Shell current() {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            return Shell.VISITOR;
        }
        var request = attributes.getRequest();
        if (request.getAttribute(KEPT) instanceof Shell kept) {
            return kept;
        }
        var shell = of(request);
        request.setAttribute(KEPT, shell);
        return shell;
    }

    /** The style sheet of a section, when there is a file {@code css/pages/<section>.css}. */
    public List<String> sheets(String section) {
        if (!section.matches("[a-z][a-z-]{0,40}")) {
            return List.of();
        }
        return sheets.computeIfAbsent(
                section,
                name -> new ClassPathResource("static/css/pages/" + name + ".css").exists()
                        ? List.of(name)
                        : List.of());
    }

    private Shell of(HttpServletRequest request) {
        var draft = new ShellDraft();
        for (var contributor : contributors) {
            try {
                contributor.contribute(draft, request);
            } catch (RuntimeException e) {
                log.warn(
                        "a page is shown without the part of {}",
                        contributor.getClass().getSimpleName(),
                        e);
            }
        }
        var current = draft.organisations().stream()
                .filter(ShellDraft.Organisation::current)
                .findFirst()
                .map(ShellDraft.Organisation::name)
                .orElse("");
        // reading a visitor's token would open a session for each of them
        var csrf = draft.signedIn() && request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token
                ? token
                : null;
        return new Shell(
                draft.signedIn(),
                draft.email(),
                draft.name(),
                draft.admin(),
                current,
                draft.organisations(),
                draft.roles(),
                draft.banners(),
                draft.administration(),
                path(request),
                theme(request),
                csrf == null ? "" : csrf.getHeaderName(),
                csrf == null ? "" : csrf.getToken());
    }

    private static String path(HttpServletRequest request) {
        if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed) {
            return failed;
        }
        if (!"GET".equals(request.getMethod())) {
            return "/";
        }
        var query = request.getQueryString();
        return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
    }

    private static String theme(HttpServletRequest request) {
        var cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if ("theme".equals(cookie.getName()) && THEMES.contains(cookie.getValue())) {
                    return cookie.getValue();
                }
            }
        }
        return "";
    }
}
