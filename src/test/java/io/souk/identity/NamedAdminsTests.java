package io.souk.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class NamedAdminsTests {
    private final JdbcClient database = TestDatabase.fresh().system();
    private final NamedAdmins admins = new NamedAdmins(
            database, new IdentityProperties(List.of(" Ada@example.org "), List.of(), Duration.ofMinutes(15)));

    @Test
    void appointsWhomTheOperatorNamedOnceTheAddressIsProved() {
        UUID named = account("ada@example.org");
        UUID other = account("bob@example.org");
        prove(other);
        admins.appoint();
        assertThat(isAdmin(named)).as("before the proof").isFalse();

        prove(named);
        admins.appoint();

        assertThat(isAdmin(named)).isTrue();
        assertThat(isAdmin(other)).isFalse();
    }

    private UUID account(String email) {
        UUID id = UUID.randomUUID();
        database.sql("insert into identity.accounts (id, email, name, created_at) values (?, ?, 'Somebody', now())")
                .params(id, email)
                .update();
        return id;
    }

    private void prove(UUID account) {
        database.sql("update identity.accounts set verified_at = now() where id = ?")
                .param(account)
                .update();
    }

    private boolean isAdmin(UUID account) {
        return database.sql("select platform_admin from identity.accounts where id = ?")
                .param(account)
                .query(Boolean.class)
                .single();
    }
}
