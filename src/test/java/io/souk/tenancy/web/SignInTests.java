package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.identity.Person;
import io.souk.support.SoukTest;
import java.net.http.HttpRequest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@SoukTest
@Isolated("all tests sign in from the address that it shuts out")
class SignInTests {
    @Autowired
    ApplicationContext context;

    Cast cast;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
    }

    private Visitor.Page signIn(Visitor visitor, String email, String password) {
        return visitor.post("/sign-in", Map.of("email", email, "password", password));
    }

    private void failed(String kind, String subject, int times, Instant at) {
        for (int i = 0; i < times; i++) {
            cast.database
                    .sql("insert into identity.attempts (id, kind, subject, at) values (gen_random_uuid(), ?, ?, ?)")
                    .params(kind, subject, Timestamp.from(at))
                    .update();
        }
    }

    @Test
    void sendsVisitorsToTheSignInAndBackToThePageAskedFor() {
        Person ada = cast.person("ada");
        cast.organisation(ada);
        Visitor visitor = cast.visitor();
        assertThat(visitor.get("/organisation/clients").location()).isEqualTo("/sign-in");
        assertThat(signIn(visitor, ada.email(), Cast.PASSWORD).location()).isEqualTo("/organisation/clients");
        assertThat(visitor.get("/organisation/clients").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=y", "evil"})
    void leadsNowhereElse(String next) {
        Person ada = cast.person("ada");
        Visitor.Page page =
                cast.visitor().post("/sign-in", Map.of("email", ada.email(), "password", Cast.PASSWORD, "next", next));
        assertThat(page.location()).isEqualTo("/models");
    }

    @Test
    void saysTheSameForAWrongPasswordAndAnUnknownAddress() {
        Person ada = cast.person("ada");
        Visitor.Page wrong = signIn(cast.visitor(), ada.email(), "not the password");
        Visitor.Page unknown = signIn(cast.visitor(), Cast.email("nobody"), "not the password");
        assertThat(wrong.status()).isEqualTo(unknown.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("The e-mail address or the password is wrong.");
        assertThat(unknown.body()).contains("The e-mail address or the password is wrong.");
    }

    @Test
    void shutsAnAccountAfterTenFailuresAndSaysForHowLong() {
        Person ada = cast.person("ada");
        failed("sign-in-account", ada.email(), 10, Instant.now().minus(Duration.ofSeconds(270)));
        Visitor.Page page = signIn(cast.visitor(), ada.email(), Cast.PASSWORD);
        assertThat(page.status()).isEqualTo(429);
        assertThat(page.body()).contains("data-test=\"too-often\"").contains("11 minutes");
        assertThat(Integer.parseInt(
                        page.response().headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(600, 631);
        cast.database
                .sql("update identity.attempts set at = at - interval '11 minutes'")
                .update();
        assertThat(signIn(cast.visitor(), ada.email(), Cast.PASSWORD).status()).isEqualTo(302);
    }

    @Test
    void makesFailuresWaitEverLonger() {
        Person ada = cast.person("ada");
        Visitor guesser = cast.visitor();
        for (int i = 0; i < 5; i++) {
            assertThat(signIn(guesser, ada.email(), "guess number " + i).status())
                    .isEqualTo(422);
        }
        Visitor.Page sixth = signIn(guesser, ada.email(), Cast.PASSWORD);
        assertThat(sixth.status()).as("not even the right one").isEqualTo(429);
        assertThat(sixth.body()).containsPattern("[1-3] seconds?<");
    }

    @Test
    void shutsANetworkAddressAfterFiftyFailures() {
        Person ada = cast.person("ada");
        failed("sign-in-address", "127.0.0.1", 50, Instant.now());
        assertThat(signIn(cast.visitor(), ada.email(), Cast.PASSWORD).status()).isEqualTo(429);
    }

    @Test
    void givesTheSessionANewIdAndEndsItAtSignOut() {
        Person ada = cast.person("ada");
        Visitor visitor = cast.visitor();
        visitor.get("/account");
        String before = visitor.cookie("SOUK");
        signIn(visitor, ada.email(), Cast.PASSWORD);
        String after = visitor.cookie("SOUK");
        assertThat(after).isNotEqualTo(before);
        assertThat(visitor.get("/account").status()).isEqualTo(200);
        assertThat(visitor.post("/sign-out", Map.of()).location()).isEqualTo("/");
        assertThat(visitor.get("/account").location()).isEqualTo("/sign-in");
    }

    @Test
    void refusesFormsThatOtherSitesSend() {
        Person ada = cast.person("ada");
        Visitor visitor = cast.signedIn(ada);
        assertThat(visitor.postAsIs("/account/name", Map.of("name", "Mallory")).status())
                .isEqualTo(403);
        assertThat(visitor.get("/account").body()).doesNotContain("Mallory");
    }

    @Test
    void setsANewPasswordOnceByMailAndEndsEverySession() {
        Person ada = cast.person("ada");
        Visitor elsewhere = cast.signedIn(ada);
        Visitor visitor = cast.visitor();
        assertThat(visitor.post("/forgot-password", Map.of("email", ada.email()))
                        .body())
                .contains("data-test=\"asked\"");
        String link = cast.linkMailedTo(ada.email());
        String token = link.substring(link.indexOf('=') + 1);
        assertThat(visitor.post("/reset-password", Map.of("token", token, "password", "short"))
                        .body())
                .contains("data-test=\"error-password\"");
        Visitor.Page changed = visitor.post("/reset-password", Map.of("token", token, "password", "another good one"));
        assertThat(changed.location()).startsWith("/sign-in");
        assertThat(elsewhere.get("/account").location()).isEqualTo("/sign-in");
        assertThat(visitor.post("/reset-password", Map.of("token", token, "password", "a third good one"))
                        .body())
                .contains("data-test=\"link-dead\"");
        assertThat(signIn(visitor, ada.email(), Cast.PASSWORD).status()).isEqualTo(422);
        assertThat(signIn(visitor, ada.email(), "another good one").status()).isEqualTo(302);
        assertThat(cast.subjectMailedTo(ada.email())).isEqualTo("Your password was changed");
    }

    @Test
    void saysTheSameWhenAnUnknownAddressWantsANewPasswordAndMailsNothing() {
        String nobody = Cast.email("nobody");
        Visitor.Page page = cast.visitor().post("/forgot-password", Map.of("email", nobody));
        assertThat(page.body()).contains("data-test=\"asked\"");
        assertThat(cast.mailsTo(nobody)).isZero();
    }

    @Test
    void changesThePasswordOnlyForWhoKnowsThePresentOneAndSignsOutElsewhere() {
        Person ada = cast.person("ada");
        Visitor here = cast.signedIn(ada);
        Visitor elsewhere = cast.signedIn(ada);
        assertThat(here.post("/account/password", Map.of("present", "wrong one", "password", "another good one"))
                        .body())
                .contains("data-test=\"error-present\"");
        assertThat(elsewhere.get("/account").status()).isEqualTo(200);
        here.post("/account/password", Map.of("present", Cast.PASSWORD, "password", "another good one"));
        assertThat(here.get("/account").status()).isEqualTo(200);
        assertThat(elsewhere.get("/account").location()).isEqualTo("/sign-in");
    }

    @Test
    void keepsPasswordsAndLinksAsHashesOnly() {
        Person ada = cast.person("ada");
        cast.visitor().post("/forgot-password", Map.of("email", ada.email()));
        String link = cast.linkMailedTo(ada.email());
        String token = link.substring(link.indexOf('=') + 1);
        assertThat(cast.database
                        .sql("select password_hash from identity.accounts where id = ?")
                        .param(ada.accountId())
                        .query(String.class)
                        .single())
                .startsWith("{bcrypt}")
                .doesNotContain(Cast.PASSWORD);
        assertThat(cast.database
                        .sql("select count(*) from identity.tokens where token_hash = convert_to(?, 'UTF8')")
                        .param(token)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void signsOutWhoseAccountIsGone() {
        Person ada = cast.person("ada");
        Visitor visitor = cast.signedIn(ada);
        cast.database
                .sql("delete from identity.accounts where id = ?")
                .param(ada.accountId())
                .update();
        assertThat(visitor.get("/account").location()).isEqualTo("/sign-in");
    }

    @Test
    void saysThatAFormIsOutOfDateAndLeadsBackToIt() {
        Visitor visitor = cast.visitor();
        visitor.get("/sign-in");
        for (Map<String, String> fields : List.of(
                Map.of("email", "a@example.org", "password", "x"),
                Map.of("email", "a@example.org", "password", "x", "_csrf", "of-another-tab"))) {
            Visitor.Page page = visitor.send(HttpRequest.newBuilder(visitor.at("/sign-in"))
                    .header("Accept", "text/html")
                    .header("Referer", visitor.at("/sign-in?next=/account").toString())
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(fields.entrySet().stream()
                            .map(field -> field.getKey() + "=" + field.getValue())
                            .collect(Collectors.joining("&")))));
            assertThat(page.status()).isEqualTo(403);
            assertThat(page.body())
                    .contains("data-test=\"stale\"", "out of date", "href=\"/sign-in?next=/account\"")
                    .doesNotContain("Your role");
        }
    }

    @Test
    void saysSoToSomebodySignedOutInAnotherTabAndLeadsToNoOtherSite() {
        Visitor visitor = cast.visitor();
        for (String path : List.of("/account/name", "/admin/models", "/organisation/name")) {
            Visitor.Page page = visitor.send(HttpRequest.newBuilder(visitor.at(path))
                    .header("Accept", "text/html")
                    .header("Referer", "https://evil.example//evil.example/x")
                    .POST(HttpRequest.BodyPublishers.noBody()));
            assertThat(page.status()).as(path).isEqualTo(403);
            assertThat(page.body())
                    .contains("data-test=\"stale\"", "href=\"/sign-in\"")
                    .doesNotContain("Your role", "evil.example");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
    void knowsOnPagesOnlyTheMethodsOfForms(String method) {
        Visitor visitor = cast.visitor();
        Visitor.Page page = visitor.send(HttpRequest.newBuilder(visitor.at("/models"))
                .header("Accept", "text/html")
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(page.status()).isEqualTo(405);
        assertThat(page.response().headers().firstValue("Allow")).contains("GET, HEAD, POST");
    }
}
