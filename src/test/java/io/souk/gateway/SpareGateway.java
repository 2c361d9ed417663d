package io.souk.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.souk.access.BudgetRoutes;
import io.souk.access.KeyRoutes;
import io.souk.access.LimitRoutes;
import io.souk.billing.FundingRoutes;
import io.souk.billing.Journals;
import io.souk.billing.Leases;
import io.souk.billing.Settlement;
import io.souk.catalog.OfferRoutes;
import io.souk.platform.ChangeLog;
import io.souk.subscriptions.SubscriptionRoutes;
import io.souk.supply.AddressRule;
import io.souk.supply.BackendReports;
import io.souk.supply.BackendRoutes;
import io.souk.support.Folders;
import io.souk.support.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ApplicationContext;

/** Another gateway over a running program's database, with a listener, a journal and leases of its own. */
final class SpareGateway implements AutoCloseable {
    final int port = FreePorts.next();
    final Path folder = Folders.temporary("souk-spare-gateway");
    private final Gateway gateway;

    /** @param redis where it shares limits; null for nowhere */
    SpareGateway(ApplicationContext program, @Nullable URI redis) throws IOException {
        this(program, redis, program.getBean(Clock.class));
    }

    /** @param clock its machine's */
    SpareGateway(ApplicationContext program, @Nullable URI redis, Clock clock) throws IOException {
        GatewayProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(
                        "souk.gateway.port",
                        Integer.toString(port),
                        "souk.gateway.event-loops",
                        "1",
                        "souk.gateway.journal.folder",
                        folder.toString(),
                        "souk.gateway.stop-timeout",
                        "2s")))
                .bindOrCreate("souk.gateway", GatewayProperties.class);
        gateway = new Gateway(
                properties,
                new RedisProperties(redis == null ? "" : redis.toString(), Duration.ofSeconds(10)),
                folder,
                parts(program, clock));
        gateway.start();
    }

    /** What a running program gives its gateways, but for its metrics. */
    static Gateway.Parts parts(ApplicationContext program, Clock clock) {
        return new Gateway.Parts(
                program.getBean(ChangeLog.class),
                program.getBean(KeyRoutes.class),
                program.getBean(OfferRoutes.class),
                program.getBean(BackendRoutes.class),
                program.getBean(SubscriptionRoutes.class),
                program.getBean(FundingRoutes.class),
                program.getBean(LimitRoutes.class),
                program.getBean(BudgetRoutes.class),
                program.getBean(Leases.class),
                program.getBean(Journals.class),
                program.getBean(Settlement.class),
                program.getBean(AddressRule.class),
                program.getBean(BackendReports.class),
                new SimpleMeterRegistry(),
                clock);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        gateway.stop();
    }
}
