package io.souk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/** A database, a data folder and free ports for one context of a test. */
public final class SoukTestEnvironment
        implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {
    /** Before the local mode, which would take the folder that a person's own Souk runs in and start a PostgreSQL there. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        List<String> pairs = new ArrayList<>();
        for (String argument : TestDatabase.fresh().arguments()) {
            pairs.add(argument.substring(2));
        }
        pairs.add("souk.database.pool-size=6");
        pairs.add("souk.database.system-pool-size=4");
        pairs.add("souk.supply.allowed-networks=127.0.0.0/8,::1/128");
        pairs.add("souk.data=" + dataFolder());
        pairs.add("server.port=" + FreePorts.next());
        pairs.add("souk.gateway.port=" + FreePorts.next());
        pairs.add("souk.models.port=" + FreePorts.next());
        TestPropertyValues.of(pairs).applyTo(context);
    }

    private static String dataFolder() {
        try {
            return Folders.temporary("souk-test-data").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
