package io.souk.local;

import io.souk.identity.Accounts;
import io.souk.kernel.TenantId;
import io.souk.tenancy.Organisations;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** An admin and a customer, each with an organisation. */
@Component
@ConditionalOnLocalMode
class DemoPeople {
    private final Accounts accounts;
    private final Organisations organisations;

    DemoPeople(Accounts accounts, Organisations organisations) {
        this.accounts = accounts;
        this.organisations = organisations;
    }

    /** Somebody's account and organisation. */
    record Demo(UUID accountId, TenantId tenant) {}

    Demo admin(LocalFacts.Login login) {
        return ensure(login, "Admin", true, "House");
    }

    Demo customer(LocalFacts.Login login) {
        return ensure(login, "Demo customer", false, "Demo");
    }

    private Demo ensure(LocalFacts.Login login, String name, boolean admin, String organisation) {
        UUID account = accounts.findByEmail(login.email())
                .orElseGet(() -> accounts.create(login.email(), login.password(), name, admin, true))
                .accountId();
        TenantId tenant = organisations.of(account).stream()
                .findFirst()
                .map(membership -> membership.tenant())
                .orElseGet(() -> organisations.create(organisation, account));
        return new Demo(account, tenant);
    }
}
