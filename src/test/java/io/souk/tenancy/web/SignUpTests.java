package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.identity.Person;
import io.souk.support.SoukTest;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@SoukTest
class SignUpTests {
    @Autowired
    ApplicationContext context;

    Cast cast;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
    }

    private static Map<String, String> form(String email) {
        return Map.of("name", "Ada", "email", email, "organisation", "Ada's", "password", Cast.PASSWORD);
    }

    @Test
    void letsSomebodyInOnlyOnceTheAddressIsConfirmed() {
        String email = Cast.email("ada");
        Visitor ada = cast.visitor();
        Visitor.Page sent = ada.post("/sign-up", form("  " + email.toUpperCase(java.util.Locale.ROOT)));
        assertThat(sent.location()).isEqualTo("/sign-up/sent");
        assertThat(ada.get("/sign-up/sent").body()).contains(email);
        assertThat(cast.mailsTo(email)).isEqualTo(1);

        Visitor.Page in = ada.post("/sign-in", Map.of("email", email, "password", Cast.PASSWORD));
        assertThat(in.location()).isEqualTo("/verify");
        assertThat(ada.get("/account").location()).isEqualTo("/verify");
        assertThat(ada.get("/organisation").location()).isEqualTo("/verify");
        assertThat(ada.get("/verify").body()).contains("data-test=\"unverified\"");

        String link = cast.linkMailedTo(email);
        assertThat(ada.get(link).body()).contains("data-test=\"verify\"");
        assertThat(ada.get("/account").location())
                .as("looking confirms nothing")
                .isEqualTo("/verify");
        String token = link.substring(link.indexOf('=') + 1);
        assertThat(ada.post("/verify", Map.of("token", token)).status()).isEqualTo(302);
        assertThat(ada.get("/account").status()).isEqualTo(200);
        assertThat(ada.get("/organisation").body()).contains("Ada&#39;s").contains(email);
        assertThat(ada.get(link).body()).as("works once").contains("data-test=\"link-dead\"");
        assertThat(ada.post("/verify", Map.of("token", token)).body()).contains("data-test=\"link-dead\"");
    }

    @Test
    void makesAnOrganisationWithADefaultProjectAndAnEntryInItsLog() {
        String email = Cast.email("bea");
        cast.visitor().post("/sign-up", form(email));
        assertThat(cast.database
                        .sql("select p.name from tenancy.projects p join tenancy.members m using (tenant_id) join"
                                + " identity.accounts a on a.id = m.account_id where a.email = ? and m.role ="
                                + " 'owner'")
                        .param(email)
                        .query(String.class)
                        .list())
                .containsExactly("Default");
        assertThat(cast.database
                        .sql("select l.action from tenancy.audit_log l join identity.accounts a on a.id = l.account_id "
                                + "where a.email = ?")
                        .param(email)
                        .query(String.class)
                        .list())
                .containsExactly("organisation.created");
    }

    @Test
    void answersTheSameForAnAddressThatIsTakenAndTellsOnlyItsOwner() {
        Person known = cast.person("cleo");
        Visitor.Page taken = cast.visitor().post("/sign-up", form(known.email()));
        Visitor.Page fresh = cast.visitor().post("/sign-up", form(Cast.email("dora")));
        assertThat(taken.status()).isEqualTo(fresh.status());
        assertThat(taken.location()).isEqualTo(fresh.location());
        assertThat(cast.subjectMailedTo(known.email())).isEqualTo("You have an account already");
        assertThat(cast.database
                        .sql("select count(*) from tenancy.members where account_id = ?")
                        .param(known.accountId())
                        .query(Integer.class)
                        .single())
                .as("nothing half done")
                .isZero();
    }

    @Test
    void mailsSomebodyWhoIsUnconfirmedANewLinkButNotForEver() {
        String email = Cast.email("eve");
        Visitor eve = cast.visitor();
        eve.post("/sign-up", form(email));
        eve.post("/sign-in", Map.of("email", email, "password", Cast.PASSWORD));
        eve.post("/verify/again", Map.of());
        eve.post("/verify/again", Map.of());
        eve.post("/verify/again", Map.of());
        assertThat(cast.mailsTo(email)).isEqualTo(3);
    }

    @Test
    void namesWhatIsWrongWithTheFormAndMakesNothing() {
        String email = Cast.email("finn");
        Visitor.Page page = cast.visitor()
                .post("/sign-up", Map.of("name", " ", "email", email, "organisation", "", "password", "short"));
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.body())
                .contains(
                        "data-test=\"error-name\"", "data-test=\"error-organisation\"", "data-test=\"error-password\"");
        Visitor.Page noAddress = cast.visitor()
                .post("/sign-up", Map.of("name", "F", "email", "f", "organisation", "F", "password", Cast.PASSWORD));
        assertThat(noAddress.body()).contains("data-test=\"error-email\"");
        assertThat(cast.mailsTo(email)).isZero();
    }

    @Test
    void makesNoSessionForWhoeverOnlyReads() {
        Visitor reader = cast.visitor();
        assertThat(reader.get("/").status()).isEqualTo(200);
        assertThat(reader.get("/sign-in").status()).isEqualTo(200);
        assertThat(reader.get("/sign-up").status()).isEqualTo(200);
        assertThat(reader.hasSession()).isFalse();
    }

    @Test
    void showsEveryMailAtTheMailbox() {
        String email = Cast.email("gwen");
        cast.visitor().post("/sign-up", form(email));
        Visitor.Page mailbox = cast.visitor().get("/local/mailbox");
        assertThat(mailbox.body()).contains(email);
        String id = cast.database
                .sql("select id::text from notice.mails where recipient = ?")
                .param(email)
                .query(String.class)
                .single();
        assertThat(cast.visitor().get("/local/mailbox/" + id).body()).contains("/verify?token=");
    }

    @Test
    void refusesNamesThatTurnTheDirectionOfOurSentences() {
        for (String sign : new String[] {"\u202e", "\u2066", "\u200f", "\n", "\u0007"}) {
            String email = Cast.email("mal");
            Visitor.Page page = cast.visitor()
                    .post(
                            "/sign-up",
                            Map.of(
                                    "name",
                                    "Ada" + sign + "Byron",
                                    "email",
                                    email,
                                    "organisation",
                                    "A" + sign + "da's",
                                    "password",
                                    Cast.PASSWORD));
            assertThat(page.status()).isEqualTo(422);
            assertThat(page.body())
                    .contains("data-test=\"error-name\"", "data-test=\"error-organisation\"", "A name is one line");
            assertThat(cast.mailsTo(email)).isZero();
        }
    }

    @Test
    void refusesAnEmailAddressThatTurnsTheDirectionOfOurSentences() {
        Visitor.Page page = cast.visitor().post("/sign-up", form("ada\u202e@example.org"));
        assertThat(page.body()).contains("data-test=\"error-email\"");
    }

    @Test
    void saysThatANulCannotBeKept() {
        Visitor.Page page = cast.visitor()
                .post(
                        "/sign-up",
                        Map.of(
                                "name",
                                "A\u0000da",
                                "email",
                                Cast.email("nul"),
                                "organisation",
                                "Ada's",
                                "password",
                                Cast.PASSWORD));
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.body()).contains("data-test=\"error\"", "a control character that cannot be kept");
        assertThat(cast.visitor().get("/models?q=%00").status()).isEqualTo(400);
        assertThat(cast.visitor().get("/models?q=a%00b&q=c").body())
                .contains("a control character that cannot be kept");
        assertThat(cast.visitor().get("/models?q=%0a").status())
                .as("the others are searched for")
                .isEqualTo(200);
    }
}
