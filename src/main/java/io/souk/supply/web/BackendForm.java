package io.souk.supply.web;

import io.souk.supply.BackendDraft;
import io.souk.supply.BackendRefused;
import io.souk.supply.BackendView;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A backend as a person writes it down.
 *
 * @param credential goes in and never comes out; empty keeps the present one
 * @param withoutCredential removes the present one; like {@code enabled} null where the page has no box for it, which a
 *     primitive would take for an error of the form
 */
record BackendForm(
        @Nullable String name,
        @Nullable String baseUrl,
        @Nullable String upstreamModel,
        @Nullable String credential,
        @Nullable Boolean withoutCredential,
        @Nullable String priority,
        @Nullable String weight,
        @Nullable String maxCalls,
        @Nullable Boolean enabled) {
    /** A port past what fits into an int, with which no host is read either. */
    private static final Pattern LONG_PORT = Pattern.compile(":([0-9]{6,})$");

    static final BackendForm EMPTY = new BackendForm("", "", "", "", false, "1", "1", "", true);

    static BackendForm of(BackendView backend) {
        return new BackendForm(
                backend.name(),
                backend.baseUrl().toString(),
                backend.upstreamModel(),
                "",
                false,
                String.valueOf(backend.priority()),
                String.valueOf(backend.weight()),
                backend.maxCalls() == null ? "" : String.valueOf(backend.maxCalls()),
                backend.enabled());
    }

    /** @throws BackendRefused if a part of it cannot be read */
    BackendDraft draft() {
        return new BackendDraft(
                name == null || name.isBlank() ? uri().getHost() : name.strip(),
                uri(),
                upstreamModel == null ? "" : upstreamModel.strip(),
                isWithoutCredential() ? "" : typedCredential(),
                number("priority", priority, 100),
                number("weight", weight, 1000),
                maxCalls == null || maxCalls.isBlank() ? null : number("maxCalls", maxCalls, 100_000),
                Boolean.TRUE.equals(enabled));
    }

    /** Whether the present one is to be removed. */
    boolean isWithoutCredential() {
        return Boolean.TRUE.equals(withoutCredential);
    }

    /** What was typed, or null. */
    @Nullable
    String typedCredential() {
        return credential == null || credential.isBlank() ? null : credential.strip();
    }

    /** @throws BackendRefused if it is no address at all */
    URI uri() {
        String text = baseUrl == null ? "" : baseUrl.strip();
        try {
            URI uri = new URI(text);
            Matcher port = LONG_PORT.matcher(String.valueOf(uri.getRawAuthority()));
            if (uri.getHost() == null && port.find()) {
                throw new BackendRefused(
                        "baseUrl", "Port " + port.group(1) + " does not exist; ports go from 1 to 65535.");
            }
            if (text.isEmpty() || uri.getHost() == null) {
                throw new BackendRefused("baseUrl", "Write the whole address, as http://127.0.0.1:11434/v1.");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new BackendRefused(
                    "baseUrl", "\"" + text + "\" is no address. Write one as http://127.0.0.1:11434/v1.");
        }
    }

    private static int number(String field, @Nullable String typed, int most) {
        String digits = typed == null || typed.isBlank() ? "1" : typed.strip();
        if (!digits.matches("[0-9]{1,6}")) {
            throw new BackendRefused(field, "Write a number from 1 to " + most + ".");
        }
        return Integer.parseInt(digits);
    }

    /** A record's own text would hold the credential. */
    @Override
    public String toString() {
        return "BackendForm[" + name + " " + baseUrl + "]";
    }
}
