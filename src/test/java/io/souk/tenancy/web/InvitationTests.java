package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.support.SoukTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@SoukTest
class InvitationTests {
    @Autowired
    ApplicationContext context;

    Cast cast;
    Person owner;
    TenantId tenant;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
    }

    private String invite(String email, String role) {
        cast.signedIn(owner).post("/organisation/invitations", Map.of("email", email, "role", role));
        return cast.linkMailedTo(email);
    }

    private int members() {
        return cast.database
                .sql("select count(*) from tenancy.members where tenant_id = ?")
                .param(tenant.value())
                .query(Integer.class)
                .single();
    }

    @Test
    void bringsInSomebodyWithoutAnAccount() {
        String email = Cast.email("new");
        String link = invite(email, "DEVELOPER");
        Visitor visitor = cast.visitor();
        assertThat(visitor.get(link).body()).contains("olga Ltd", email, "data-test=\"join-form\"");
        assertThat(visitor.post(link + "/join", Map.of("name", " ", "password", "short"))
                        .body())
                .contains("data-test=\"error-name\"", "data-test=\"error-password\"");
        for (String name : List.of("Bright\u202eFuture", "two\nlines", "\uD83C\uDFEA".repeat(101))) {
            assertThat(visitor.post(link + "/join", Map.of("name", name, "password", Cast.PASSWORD))
                            .body())
                    .contains("data-test=\"error-name\"")
                    .doesNotContain("data-test=\"error-password\"");
        }
        assertThat(members()).isEqualTo(1);
        Visitor.Page joined = visitor.post(link + "/join", Map.of("name", "Nia", "password", Cast.PASSWORD));
        assertThat(joined.location()).startsWith("/sign-in");
        assertThat(members()).isEqualTo(2);
        Visitor.Page in = visitor.post("/sign-in", Map.of("email", email, "password", Cast.PASSWORD));
        assertThat(in.location()).as("the address is proved by the link").isEqualTo("/models");
        assertThat(visitor.get("/organisation").body()).contains("olga Ltd");
        assertThat(cast.visitor().get(link).status()).as("works once").isEqualTo(404);
    }

    @Test
    void bringsInSomebodyWithAnAccountOnceTheySignIn() {
        Person guest = cast.person("gus");
        String link = invite(guest.email(), "BILLING");
        Visitor visitor = cast.visitor();
        assertThat(visitor.get(link).body()).contains("data-test=\"sign-in-to-accept\"");
        assertThat(visitor.post(link + "/accept", Map.of()).location()).isEqualTo("/sign-in");
        Visitor.Page in =
                visitor.post("/sign-in", Map.of("email", guest.email(), "password", Cast.PASSWORD, "next", link));
        assertThat(in.location()).isEqualTo(link);
        assertThat(visitor.post(link + "/accept", Map.of()).location()).isEqualTo("/organisation");
        assertThat(visitor.get("/organisation").body()).contains("olga Ltd");
        assertThat(visitor.post(link + "/accept", Map.of()).location()).isEqualTo(link);
        assertThat(members()).isEqualTo(2);
    }

    @Test
    void isForTheInvitedAddressOnly() {
        String link = invite(Cast.email("right"), "OWNER");
        Visitor other = cast.signedIn(cast.person("other"));
        assertThat(other.get(link).body()).contains("data-test=\"other-person\"");
        other.post(link + "/accept", Map.of());
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void endsWhenRevokedOrOldOrReplaced() {
        String email = Cast.email("late");
        String first = invite(email, "DEVELOPER");
        String second = invite(email, "DEVELOPER");
        assertThat(cast.visitor().get(first).status()).as("replaced").isEqualTo(404);
        assertThat(cast.visitor().get(second).status()).isEqualTo(200);
        String id = cast.database
                .sql("select id::text from tenancy.invitations where tenant_id = ? and revoked_at is null")
                .param(tenant.value())
                .query(String.class)
                .single();
        cast.signedIn(owner).post("/organisation/invitations/" + id + "/revoke", Map.of());
        assertThat(cast.visitor().get(second).body()).contains("data-test=\"link-dead\"");
        assertThat(cast.visitor()
                        .post(second + "/join", Map.of("name", "L", "password", Cast.PASSWORD))
                        .location())
                .isEqualTo(second);
        String third = invite(email, "DEVELOPER");
        cast.database
                .sql("update tenancy.invitations set expires_at = '2020-01-01' where tenant_id = ?")
                .param(tenant.value())
                .update();
        assertThat(cast.visitor().get(third).status()).as("old").isEqualTo(404);
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void invitesNoMemberAgain() {
        cast.signedIn(owner).post("/organisation/invitations", Map.of("email", owner.email(), "role", "OWNER"));
        assertThat(cast.mailsTo(owner.email())).isZero();
    }
}
