package io.souk;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.modulith.Modulithic;

/** The whole program; {@code souk.roles} picks what this process does. */
@SpringBootApplication
@Modulithic(
        systemName = "Souk",
        sharedModules = {"kernel", "platform"})
public class Souk {
    /** Of the heap after a collection; the JVM's own upper bound is 70. */
    private static final String FREE_PERCENT = "65";

    static void main(String[] args) {
        CompilerDirectives.give();
        try {
            SpringApplication.run(Souk.class, args);
            giveBack();
        } catch (SpringApplication.AbandonedRunException asked) {
            throw asked;
        } catch (RuntimeException toldAlready) {
            // a part that had started may hold a thread, and a program that did not start must end
            System.exit(1);
        }
    }

    /**
     * Most of what the start needed is garbage now, and a full collection gives its memory back to the machine. What is
     * left of the heap must not be filled almost to the mark at which the collector begins to look through all of it: a
     * busy gateway would do so without end.
     */
    private static void giveBack() {
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .setVMOption("MinHeapFreeRatio", FREE_PERCENT);
        } catch (IllegalArgumentException otherCollector) {
            LoggerFactory.getLogger(Souk.class)
                    .debug("the heap's free part stays as it is: {}", otherCollector.getMessage());
        }
        System.gc();
    }
}
