package io.souk.support;

import io.souk.access.ApiKeys;
import io.souk.billing.Wallets;
import io.souk.catalog.OfferDraft;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.PriceBook;
import io.souk.catalog.Publication;
import io.souk.catalog.Task;
import io.souk.kernel.Ids;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.subscriptions.Subscriptions;
import io.souk.supply.BackendDraft;
import io.souk.supply.Backends;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sets up what a call needs, through the modules' own public faces: a live model, an organisation that may call it. */
public final class Stall {
    private final ApplicationContext program;
    private final JdbcClient system;

    /** @param program the running program */
    public Stall(ApplicationContext program) {
        this.program = program;
        this.system = program.getBean("systemJdbcClient", JdbcClient.class);
    }

    /** An organisation with a project and this much credit. */
    public Customer customer(Money credit) {
        TenantId tenant = new TenantId(Ids.next());
        UUID project = Ids.next();
        system.sql("insert into tenancy.organisations (id, tenant_id, name, created_at) values (?, ?, 'Stall', now())")
                .params(tenant.value(), tenant.value())
                .update();
        system.sql("insert into tenancy.projects (tenant_id, id, name, created_at) values (?, ?, 'Default', now())")
                .params(tenant.value(), project)
                .update();
        Tenant.run(tenant, () -> {
            Wallets wallets = program.getBean(Wallets.class);
            wallets.wallet();
            if (!credit.isZero()) {
                wallets.credit(credit, "topup:" + tenant, "Top-up");
            }
        });
        return new Customer(tenant, project);
    }

    /** A model that is live at these prices (micro-units per million), with one backend. */
    public OfferView model(Task task, Map<TokenClass, Long> prices, URI backend) {
        Offers offers = program.getBean(Offers.class);
        OfferView draft = offers.draft(new OfferDraft(
                "test-" + Ids.next(), "Test model", "Tests", task, "For tests.", "A card.", "", 8_192, 256));
        program.getBean(PriceBook.class).newVersion(draft.id(), null, "USD", prices, null);
        program.getBean(Backends.class)
                .add(draft.id(), BackendDraft.of("one", backend, "upstream-model", "backend-secret"));
        OfferView ready = offers.find(draft.id()).orElseThrow();
        if (!offers.markTested(ready.id(), ready.version())) {
            throw new IllegalStateException("the draft changed while it was set up");
        }
        return switch (offers.publish(draft.id())) {
            case Publication.Published published -> published.offer();
            case Publication.NotReady notReady ->
                throw new IllegalStateException(notReady.missing().toString());
        };
    }

    /** An organisation with a project. */
    public final class Customer {
        private final TenantId tenant;
        private final UUID project;

        private Customer(TenantId tenant, UUID project) {
            this.tenant = tenant;
            this.project = project;
        }

        public TenantId tenant() {
            return tenant;
        }

        public Customer subscribe(OfferView offer) {
            Tenant.run(tenant, () -> program.getBean(Subscriptions.class).subscribe(offer.id(), null));
            return this;
        }

        /** A new key's secret. */
        public String key() {
            return Tenant.get(
                    tenant,
                    () -> program.getBean(ApiKeys.class)
                            .create("Test key", project, null, null)
                            .secret());
        }

        /** What is left to spend, in 1e-9 of the currency. */
        public long balanceNanos() {
            return Tenant.get(
                    tenant,
                    () -> program.getBean(Wallets.class).wallet().balance().nanos());
        }

        /** How many calls are settled. */
        public long settledCalls() {
            return number("select count(*) from usage.calls where tenant_id = ?");
        }

        /** What the settled calls were charged, in 1e-9 of the currency. */
        public long chargedNanos() {
            return number("select coalesce(sum(charge_nanos), 0)::bigint from usage.calls where tenant_id = ?");
        }

        /** What gateways have on lease, in 1e-9 of the currency. */
        public long leasedNanos() {
            return number("select coalesce(sum(leased_nanos), 0)::bigint from billing.counters where tenant_id = ?");
        }

        private long number(String query) {
            return system.sql(query).param(tenant.value()).query(Long.class).single();
        }
    }
}
