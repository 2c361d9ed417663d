package io.souk.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call a handler. Each handler of ours says so, mostly by one of the annotations of {@code io.souk.tenancy.access}
 * that carry this one; a handler that does not is closed to everybody.
 */
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Access {
    Need value();

    /** What a caller must be. */
    enum Need {
        /** Anybody, signed in or not. */
        ANYONE,
        /** Signed in with a verified address; no organisation is needed. */
        SIGNED_IN,
        /** A member of the organisation of the request, in any role. */
        MEMBER,
        /** An owner of the organisation. */
        OWNER,
        /** Somebody who sees to its money: billing or owner. */
        BILLING,
        /** Somebody who uses the models: developer or owner. */
        DEVELOPER,
        /** Somebody who runs this Souk. */
        PLATFORM_ADMIN,
        /** A program of the organisation, by token. */
        API_CLIENT
    }
}
