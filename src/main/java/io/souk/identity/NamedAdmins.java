package io.souk.identity;

import io.souk.platform.ConditionalOnRole;
import io.souk.platform.Role;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes those whom the operator named administrators, within seconds of their proof that the address is theirs. Nobody is
 * unmade: who was an administrator stays one when the setting changes.
 */
@Component
@ConditionalOnRole(Role.WORKER)
class NamedAdmins {
    private static final Logger log = LoggerFactory.getLogger(NamedAdmins.class);

    private final JdbcClient system;
    private final String[] addresses;

    NamedAdmins(@Qualifier("system") JdbcClient system, IdentityProperties properties) {
        this.system = system;
        this.addresses = properties.admins().stream()
                .map(address -> address.strip().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void appoint() {
        if (addresses.length == 0) {
            return;
        }
        int appointed = system.sql("""
            update identity.accounts set platform_admin = true, version = version + 1
            where email = any (?) and verified_at is not null and not platform_admin\
            """).param(addresses).update();
        if (appointed > 0) {
            log.info("{} of the addresses in souk.identity.admins administer this Souk from now on", appointed);
        }
    }
}
