package io.souk.identity;

/** The address has an account already. Never shown to whoever asked: it would tell who is a customer. */
public class EmailTaken extends RuntimeException {
    private static final long serialVersionUID = 1;

    EmailTaken() {
        super("the e-mail address has an account already");
    }
}
