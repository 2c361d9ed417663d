package io.souk.tenancy.access;

import io.souk.platform.Access;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For whoever runs this Souk; everybody else is told that there is no such page. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Access(Access.Need.PLATFORM_ADMIN)
public @interface PlatformAdmin {}
