package io.souk.platform;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The frame of one page while modules add to it. Whatever nobody sets stays at a safe default: a visitor, no menu. */
public final class ShellDraft {
    private boolean signedIn;
    private String email = "";
    private String name = "";
    private boolean admin;
    private final List<Organisation> organisations = new ArrayList<>();
    private final Set<String> roles = new LinkedHashSet<>();
    private final Set<String> banners = new LinkedHashSet<>();
    private final List<Link> administration = new ArrayList<>();

    /**
     * An entry of the administration's navigation.
     *
     * @param section the section of its pages
     * @param icon a name in {@code img/icons.svg}
     */
    public record Link(String section, String href, String icon, String words) {}

    /**
     * An organisation that the person may switch to.
     *
     * @param id sent as parameter {@code organisation} to {@code POST /organisation/switch}
     * @param current whether the page is about this one
     */
    public record Organisation(String id, String name, boolean current) {}

    /** The person who is signed in; {@code admin} opens the administration part of the navigation. */
    public ShellDraft person(String email, String name, boolean admin) {
        this.signedIn = true;
        this.email = email;
        this.name = name.isBlank() ? email : name;
        this.admin = admin;
        return this;
    }

    public ShellDraft organisation(String id, String name, boolean current) {
        organisations.add(new Organisation(id, name, current));
        return this;
    }

    /** A role in the current organisation, as {@code OWNER}. */
    public ShellDraft role(String role) {
        roles.add(role);
        return this;
    }

    /** A sentence above every page, as "Simulated payments: no real money moves." The same text shows once. */
    public ShellDraft banner(String text) {
        banners.add(text);
        return this;
    }

    /** An entry below those that every Souk has. */
    public ShellDraft administration(String section, String href, String icon, String words) {
        administration.add(new Link(section, href, icon, words));
        return this;
    }

    public boolean signedIn() {
        return signedIn;
    }

    public String email() {
        return email;
    }

    public String name() {
        return name;
    }

    public boolean admin() {
        return admin;
    }

    public List<Organisation> organisations() {
        return List.copyOf(organisations);
    }

    public Set<String> roles() {
        return Set.copyOf(roles);
    }

    public List<String> banners() {
        return List.copyOf(banners);
    }

    public List<Link> administration() {
        return List.copyOf(administration);
    }
}
