package io.souk;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.modulith.Modulithic;

/** The whole program; {@code souk.roles} picks what this process does. */
@SpringBootApplication
@Modulithic(
        systemName = "Souk",
        sharedModules = {"kernel", "platform"})
public class Souk {
    static void main(String[] args) {
        SpringApplication.run(Souk.class, args);
    }
}
