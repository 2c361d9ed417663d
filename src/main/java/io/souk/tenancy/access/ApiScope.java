package io.souk.tenancy.access;

import io.souk.platform.Access;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For programs of an organisation whose token carries the scope: handlers of the management API ({@code /api/**}). */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Access(Access.Need.API_CLIENT)
public @interface ApiScope {
    /** The scope, like {@code keys.read}; empty if any token will do. */
    String value();
}
