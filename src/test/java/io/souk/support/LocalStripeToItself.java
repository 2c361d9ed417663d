package io.souk.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Runs beside no other class with this: all use the local Stripe of the program that they share, whose clock one moves
 * and whose failures one orders for everybody.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock("local Stripe")
public @interface LocalStripeToItself {}
