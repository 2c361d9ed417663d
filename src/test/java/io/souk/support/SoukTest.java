package io.souk.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.ContextConfiguration;

/**
 * Runs a test inside the whole program: on a {@link TestDatabase} and a data folder of its own, on free ports, reachable
 * over HTTP and by MockMvc. Classes with the same configuration share one running program and its database, so a test
 * makes the organisations it needs and expects others' beside them. Where {@code local.json} and the seed are wanted,
 * use {@link TestProgram}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT)
@AutoConfigureMockMvc
@ContextConfiguration(initializers = SoukTestEnvironment.class)
public @interface SoukTest {}
