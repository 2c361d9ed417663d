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
        try {
            SpringApplication.run(Souk.class, args);
            // most of what the start needed is garbage now, and a full collection gives its memory back to the machine
            System.gc();
        } catch (SpringApplication.AbandonedRunException asked) {
            throw asked;
        } catch (RuntimeException toldAlready) {
            // a part that had started may hold a thread, and a program that did not start must end
            System.exit(1);
        }
    }
}
