package io.souk.catalog;

import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;
import org.springframework.stereotype.Component;

/**
 * Makes the Markdown of a card into HTML that is safe on a page: raw HTML shows as text, and whatever comes out is
 * filtered once more by a list of what is allowed.
 */
@Component
public class Cards {
    private final Parser parser =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();

    private final HtmlRenderer renderer = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .escapeHtml(true)
            .sanitizeUrls(true)
            .build();

    // a page has one h1 and its own h2, so a card's headings begin at h3
    private final PolicyFactory policy = new HtmlPolicyBuilder()
            .allowElements((name, attributes) -> "h3", "h1", "h2")
            .allowElements((name, attributes) -> "h4", "h3")
            .allowElements((name, attributes) -> "h5", "h4", "h5", "h6")
            .allowElements("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li")
            .allowElements("table", "thead", "tbody", "tr", "th", "td")
            .allowElements("a")
            .allowAttributes("href")
            .onElements("a")
            .allowUrlProtocols("http", "https", "mailto")
            .requireRelsOnLinks("nofollow", "noopener")
            .toFactory();

    /** The HTML of a card. */
    public String html(String markdown) {
        // a column without a name has no head, only a corner
        return policy.sanitize(renderer.render(parser.parse(markdown))).replace("<th></th>", "<td></td>");
    }
}
