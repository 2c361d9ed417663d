package io.souk.identity;

import java.time.Instant;

/** How an attempt to sign in by e-mail and password ended. */
public sealed interface SignIn {
    record Accepted(Person person) implements SignIn {}

    /** The address or the password is wrong; which of the two is not told. */
    record Refused() implements SignIn {}

    /** Too many attempts failed for this account or from this address; nothing was looked at. */
    record Throttled(Instant until) implements SignIn {}
}
