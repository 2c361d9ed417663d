package io.souk.tenancy.access;

import io.souk.platform.Access;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For members of the organisation of the request, in any role. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Access(Access.Need.MEMBER)
public @interface AnyMember {}
