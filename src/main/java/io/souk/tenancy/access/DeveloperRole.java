package io.souk.tenancy.access;

import io.souk.platform.Access;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For members who use the models: developer and owner. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Access(Access.Need.DEVELOPER)
public @interface DeveloperRole {}
