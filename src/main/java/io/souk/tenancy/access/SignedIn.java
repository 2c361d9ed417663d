package io.souk.tenancy.access;

import io.souk.platform.Access;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For anybody signed in with a verified address; no organisation is needed. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Access(Access.Need.SIGNED_IN)
public @interface SignedIn {}
