package io.souk.support;

import io.souk.Souk;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;

/** The whole program on a machine whose clock is wrong, by the system property {@code souk.test.clock-ahead}. */
final class ShiftedClock implements BeanPostProcessor {
    static final String AHEAD = "souk.test.clock-ahead";

    static void main(String[] args) {
        SpringApplication program = new SpringApplication(Souk.class, ShiftedClock.class);
        program.setMainApplicationClass(Souk.class);
        program.run(args);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return name.equals("clock") && bean instanceof Clock clock
                ? Clock.offset(clock, Duration.parse(System.getProperty(AHEAD)))
                : bean;
    }
}
