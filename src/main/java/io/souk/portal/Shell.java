package io.souk.portal;

import io.souk.platform.ShellDraft;
import java.util.List;
import java.util.Set;

/**
 * What the frame of a page shows, as {@code shell} in every template. Empty texts and lists where there is nothing to
 * say, never null.
 *
 * @param organisationName the current organisation, or empty
 * @param path the address of the page with its query, to come back to
 * @param theme {@code light}, {@code dark}, or empty to follow the system
 * @param csrfHeader the header for requests by script, or empty for visitors
 */
public record Shell(
        boolean signedIn,
        String email,
        String name,
        boolean admin,
        String organisationName,
        List<ShellDraft.Organisation> organisations,
        Set<String> roles,
        List<String> banners,
        List<ShellDraft.Link> administration,
        String path,
        String theme,
        String csrfHeader,
        String csrfToken) {
    private static final Set<String> MARKET = Set.of("", "home", "models", "docs");
    static final Shell VISITOR =
            new Shell(false, "", "", false, "", List.of(), Set.of(), List.of(), List.of(), "/", "", "", "");

    /** Whether a page of this section stands beside the console's navigation. */
    public boolean console(String section) {
        return signedIn && !MARKET.contains(section);
    }
}
