package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Folders;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * People sign in at one Souk with their account at another, which is nothing but an OpenID Connect provider to it. The
 * shared one is the provider; the one that is signed in to is started here. People see both under one host name, so the
 * two have cookies of different names.
 */
@ExtendWith(Journeys.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OidcJourneyIT {
    private static final String REGISTRATION = "spring.security.oauth2.client.registration.";
    private static final String PROVIDER = "spring.security.oauth2.client.provider.";

    private static final String CARELESS = "careless";

    private static ScriptedProvider careless;
    private static TestProgram sister;

    @BeforeAll
    static void startTheOneToSignInTo(RunningSouk provider) throws IOException {
        TestProgram.Builder builder = TestProgram.in(
                        Folders.temporary("souk-sister").resolve("data"))
                .with("server.port", Integer.toString(provider.sisterPort()))
                .with("server.servlet.session.cookie.name", "SISTER")
                .with(PROVIDER + "souk.issuer-uri", provider.portal());
        careless = new ScriptedProvider();
        builder.with(PROVIDER + CARELESS + ".issuer-uri", careless.issuer());
        client(builder, "souk", RunningSouk.CLIENT, "Big Souk", "openid,profile,email");
        client(builder, "souk", RunningSouk.MODEST_CLIENT, "Tight-lipped Souk", "openid");
        client(builder, CARELESS, CARELESS, "Careless", "openid,email");
        sister = builder.start();
    }

    private static void client(TestProgram.Builder builder, String provider, String id, String name, String scopes) {
        builder.with(REGISTRATION + id + ".provider", provider)
                .with(REGISTRATION + id + ".client-id", id)
                .with(REGISTRATION + id + ".client-secret", RunningSouk.CLIENT_SECRET)
                .with(REGISTRATION + id + ".client-name", name)
                .with(REGISTRATION + id + ".scope", scopes);
    }

    @AfterAll
    static void stop() {
        sister.close();
        careless.close();
    }

    @Test
    @Order(1)
    void offersAButtonForEachProvider() {
        try (Visit visit = Visit.to(sister.portal())) {
            visit.go("/sign-in");
            assertThat(visit.text("sign-in-by-" + RunningSouk.CLIENT)).isEqualTo("Sign in with Big Souk");
            assertThat(visit.text("sign-in-by-" + RunningSouk.MODEST_CLIENT))
                    .isEqualTo("Sign in with Tight-lipped Souk");
        }
    }

    @Test
    @Order(2)
    void makesAnAccountAtTheFirstSignInAndKnowsItAtTheSecond(RunningSouk provider) {
        try (Visit visit = Visit.to(sister.portal())) {
            String email = "ada-" + UUID.randomUUID() + "@example.org";
            RunningSouk.Login login = Newcomer.signUp(provider, email).confirmed();

            visit.go("/usage");
            assertThat(visit.path()).as("the page asked for wants a sign-in").isEqualTo("/sign-in");
            visit.follow("sign-in-by-" + RunningSouk.CLIENT);
            assertThat(visit.browser().getCurrentUrl()).startsWith(provider.portal() + "/sign-in");
            visit.type("field-email", login.email())
                    .type("field-password", login.password())
                    .follow("submit");

            assertThat(visit.browser().getCurrentUrl()).startsWith(sister.portal());
            visit.press("account-menu");
            assertThat(visit.text("signed-in-as")).isEqualTo(email);
            visit.follow("sign-out");

            visit.go("/account");
            visit.follow("sign-in-by-" + RunningSouk.CLIENT);
            assertThat(visit.browser().getCurrentUrl())
                    .as("still signed in there, and back at once at the page asked for")
                    .isEqualTo(sister.portal() + "/account");
            assertThat(visit.see("field-name").getDomProperty("value")).isEqualTo(Newcomer.NAME);
        }
    }

    @Test
    @Order(3)
    void worksHereWithTheAccountThatTheProviderVouchedFor(RunningSouk provider) {
        try (Visit visit = Visit.to(sister.portal())) {
            RunningSouk.Login login = Newcomer.signUp(provider, "bob-" + UUID.randomUUID() + "@example.org")
                    .confirmed();
            signInByTheOther(visit, RunningSouk.CLIENT, login);
            visit.go("/models/all-minilm-l6-v2").follow("subscribe");
            visit.see("subscribed");
            visit.go("/keys/new").type("field-name", "Mine").follow("create-key");
            assertThat(visit.text("secret")).startsWith("sk-souk-");
        }
    }

    @Test
    @Order(4)
    void isNotEnteredByWhoHasYetToConfirmAnAddressAtTheProvider(RunningSouk provider) {
        try (Visit visit = Visit.to(sister.portal())) {
            RunningSouk.Login unconfirmed = Newcomer.signUp(provider, "eve-" + UUID.randomUUID() + "@example.org")
                    .login();
            signInByTheOther(visit, RunningSouk.CLIENT, unconfirmed);
            visit.go("/sign-in").follow("sign-in-by-" + RunningSouk.CLIENT);
            assertThat(visit.browser().getCurrentUrl()).isEqualTo(provider.portal() + "/verify");
            visit.go("/account");
            assertThat(visit.path()).as("nobody is signed in").isEqualTo("/sign-in");
        }
    }

    @Test
    @Order(4)
    void entersOnlyAddressesThatTheProviderVouchesFor() {
        try (Visit visit = Visit.to(sister.portal())) {
            String email = "mal-" + UUID.randomUUID() + "@example.org";
            for (Map<String, ?> said : List.<Map<String, ?>>of(
                    Map.of("email", email, "email_verified", false),
                    Map.of("email", email, "email_verified", "no"),
                    Map.of("email", email),
                    Map.of("email_verified", true))) {
                careless.says(said);
                visit.go("/sign-in").follow("sign-in-by-" + CARELESS);
                refused(visit);
            }
            careless.says(Map.of("email", email, "email_verified", true));
            visit.go("/sign-in").follow("sign-in-by-" + CARELESS);
            visit.press("account-menu");
            assertThat(visit.text("signed-in-as")).isEqualTo(email);
        }
    }

    @Test
    @Order(5)
    void refusesAProviderThatTellsNoAddress(RunningSouk provider) {
        try (Visit visit = Visit.to(sister.portal())) {
            RunningSouk.Login login = Newcomer.signUp(provider, "dot-" + UUID.randomUUID() + "@example.org")
                    .confirmed();
            signInByTheOther(visit, RunningSouk.MODEST_CLIENT, login);
            refused(visit);
        }
    }

    @Test
    @Order(6)
    void comesBackWithPlainWordsWhenTheOtherRefuses() {
        try (Visit visit = Visit.to(sister.portal())) {
            visit.go("/login/oauth2/code/" + RunningSouk.CLIENT + "?error=access_denied&state=unknown");
            assertThat(visit.path()).isEqualTo("/sign-in");
            assertThat(visit.text("problem")).contains("did not succeed");
        }
    }

    private static void signInByTheOther(Visit visit, String registration, RunningSouk.Login login) {
        visit.go("/sign-in").follow("sign-in-by-" + registration);
        visit.type("field-email", login.email())
                .type("field-password", login.password())
                .follow("submit");
    }

    private static void refused(Visit visit) {
        assertThat(visit.browser().getCurrentUrl()).startsWith(sister.portal() + "/sign-in");
        assertThat(visit.text("problem")).contains("did not confirm your e-mail address");
        visit.go("/account");
        assertThat(visit.path()).as("nobody is signed in").isEqualTo("/sign-in");
    }
}
