package io.souk.tenancy.web;

import io.souk.tenancy.CurrentMember;
import java.util.List;

/** A member asked for something that is for other roles. */
class RoleMissing extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient CurrentMember member;
    private final List<String> needed;

    RoleMissing(CurrentMember member, List<String> needed) {
        super("the role " + member.role() + " may not do this");
        this.member = member;
        this.needed = List.copyOf(needed);
    }

    CurrentMember member() {
        return member;
    }

    /** The roles that may, in words. */
    List<String> needed() {
        return needed;
    }
}
