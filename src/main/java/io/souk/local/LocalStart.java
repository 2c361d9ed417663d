package io.souk.local;

import io.souk.platform.Role;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * What comes before everything else: the data folder is taken, a start that would show simulated payments or other
 * people's mail to a network is refused, and PostgreSQL begins to start while the program's classes are still read.
 */
class LocalStart implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {
    private static final List<String> BINDS = List.of("server.address", "souk.gateway.bind", "souk.models.bind");

    /** The house models are backends on loopback, where backends may otherwise not be. */
    private static final Map<String, Object> DEFAULTS = Map.of("souk.supply.allowed-networks", "127.0.0.0/8,::1/128");

    /** Last, because others may still say where the data is. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        LocalProperties properties = Binder.get(environment).bindOrCreate("souk", LocalProperties.class);
        if (!properties.demo()) {
            refuseToShowTheStandIns(environment);
        }
        DataFolder folder = new DataFolder(properties.data());
        Owned.register(context, "dataFolder", folder);
        if (LocalDatabase.isEmbedded(environment)) {
            context.getEnvironment().getPropertySources().addLast(new MapPropertySource("local mode", DEFAULTS));
            Owned.register(
                    context, "postgresStart", PostgresStart.in(folder.path().resolve("postgres")));
        }
    }

    private static void refuseToShowTheStandIns(Environment environment) {
        if (!Role.of(environment).contains(Role.PORTAL)) {
            return;
        }
        List<String> standIns = new ArrayList<>();
        if (isUnset(environment, "souk.billing.stripe.secret-key")) {
            standIns.add("payments are simulated (STRIPE_SECRET_KEY is not set)");
        }
        if (isUnset(environment, "souk.mail.url")) {
            standIns.add("mail goes to a mailbox page that anyone can read (SOUK_MAIL_URL is not set)");
        }
        if (standIns.isEmpty()) {
            return;
        }
        for (String bind : BINDS) {
            String address = environment.getProperty(bind, "");
            if (!isLoopback(address)) {
                throw new LocalModeRefused(bind + " is " + (address.isBlank() ? "every address" : address)
                        + ", which is not only this machine, while " + String.join(" and ", standIns)
                        + ". Set what is missing, or bind to 127.0.0.1, or say SOUK_DEMO=true if strangers may"
                        + " see it.");
            }
        }
    }

    private static boolean isUnset(Environment environment, String property) {
        return environment.getProperty(property, "").isBlank();
    }

    private static boolean isLoopback(String address) {
        try {
            return !address.isBlank() && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
