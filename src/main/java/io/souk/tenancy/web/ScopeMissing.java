package io.souk.tenancy.web;

/** A program asked for something that its token does not allow. */
class ScopeMissing extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String scope;

    ScopeMissing(String scope) {
        super("the token lacks the scope " + scope);
        this.scope = scope;
    }

    String scope() {
        return scope;
    }
}
