package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.identity.Person;
import io.souk.kernel.TenantId;
import io.souk.support.SoukTest;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Programs of an organisation: how they get a token, what it opens, and when it ends. */
@SoukTest
class ManagementApiTests {
    private static final Pattern ID = Pattern.compile("data-test=\"client-id\">([^<]+)<");
    private static final Pattern SECRET = Pattern.compile("data-test=\"secret\">([^<]+)<");
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    private record Client(String id, String secret) {}

    @Autowired
    ApplicationContext context;

    Cast cast;
    Person owner;
    TenantId tenant;
    Visitor owners;

    @BeforeEach
    void begin() {
        cast = new Cast(context);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        owners = cast.signedIn(owner);
    }

    private Client client(String scope) {
        owners.post("/organisation/clients", Map.of("name", "Nightly", "scope", scope));
        String page = owners.get("/organisation/clients").body();
        return new Client(first(ID, page), first(SECRET, page));
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private Visitor.Page tokenFor(Client client, String form) {
        Visitor program = cast.visitor();
        return program.send(HttpRequest.newBuilder(program.at("/oauth2/token"))
                .header("Authorization", basic(client))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private static String basic(Client client) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((client.id() + ":" + client.secret()).getBytes(StandardCharsets.UTF_8));
    }

    private String token(Client client) {
        return first(TOKEN, tokenFor(client, "grant_type=client_credentials").body());
    }

    private Visitor.Page call(String path, @Nullable String token) {
        Visitor program = cast.visitor();
        HttpRequest.Builder request = HttpRequest.newBuilder(program.at(path)).GET();
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return program.send(request);
    }

    @Test
    void answersAProgramOfTheOrganisation() {
        String token = token(client("keys.read"));
        Visitor.Page organisation = call("/api/v1/organisation", token);
        assertThat(organisation.status()).isEqualTo(200);
        assertThat(organisation.body()).contains(tenant.toString(), "olga Ltd", "keys.read");
        assertThat(call("/api/v1/projects", token).body()).contains("Default");
    }

    @Test
    void showsTheSecretOnceAndKeepsAHash() {
        Client client = client("keys.read");
        assertThat(owners.get("/organisation/clients").body())
                .contains(client.id())
                .doesNotContain(client.secret());
        assertThat(cast.database
                        .sql("select secret_hash from tenancy.api_clients where client_id = ?")
                        .param(client.id())
                        .query(String.class)
                        .single())
                .startsWith("{bcrypt}");
    }

    @Test
    void saysWhatIsMissingToWhoeverHasNoToken() {
        Visitor.Page page = call("/api/v1/organisation", null);
        assertThat(page.status()).isEqualTo(401);
        assertThat(page.contentType()).startsWith("application/problem+json");
        assertThat(page.body()).contains("token-missing", "/oauth2/token");
        assertThat(page.response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }

    @Test
    void refusesTokensThatAreNotOurs() {
        for (String token : new String[] {"nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."}) {
            Visitor.Page page = call("/api/v1/organisation", token);
            assertThat(page.status()).isEqualTo(401);
            assertThat(page.contentType()).startsWith("application/problem+json");
            assertThat(page.body()).contains("token-refused");
        }
        String token = token(client("keys.read"));
        String tampered = token.substring(0, token.length() - 6) + "AAAAAA";
        assertThat(call("/api/v1/organisation", tampered).status()).isEqualTo(401);
    }

    @Test
    void refusesWhatTheScopeDoesNotAllow() {
        Visitor.Page page = call("/api/v1/projects", token(client("models.read")));
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.contentType()).startsWith("application/problem+json");
        assertThat(page.body()).contains("scope-missing", "keys.read");
    }

    @Test
    void givesNoScopeThatTheClientLacksAndNoTokenForAWrongSecret() {
        Client client = client("models.read");
        assertThat(tokenFor(client, "grant_type=client_credentials&scope=keys.write")
                        .status())
                .isEqualTo(400);
        assertThat(tokenFor(new Client(client.id(), "wrong"), "grant_type=client_credentials")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void refusesWhoeverAsksWithoutCredentialsInTheFormOfTheStandard() {
        for (String path : List.of("/oauth2/token", "/oauth2/revoke", "/oauth2/introspect")) {
            for (String accept : List.of("*/*", "application/json", "text/html")) {
                Visitor program = cast.visitor();
                Visitor.Page page = program.send(HttpRequest.newBuilder(program.at(path))
                        .header("Accept", accept)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&token=x")));
                assertThat(page.status()).as(path + " " + accept).isEqualTo(401);
                assertThat(page.contentType()).startsWith("application/json");
                assertThat(page.body()).contains("\"error\":\"invalid_client\"", "\"error_description\":");
                assertThat(page.response().headers().firstValue("WWW-Authenticate"))
                        .hasValue("Basic realm=\"Souk\"");
                assertThat(page.response().headers().firstValue("Cache-Control"))
                        .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
                assertThat(program.hasSession()).isFalse();
            }
        }
    }

    @Test
    void aRefusedRequestForATokenDoesNotSpoilTheNextOneOfTheSameCookies() {
        Client client = client("keys.read");
        Visitor program = cast.visitor();
        program.get("/oauth2/token");
        program.postAsIs("/oauth2/token", Map.of("grant_type", "client_credentials"));
        Visitor.Page page = program.send(HttpRequest.newBuilder(program.at("/oauth2/token"))
                .header("Authorization", basic(client))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.body()).contains("access_token");
    }

    @Test
    void refusesARevokedClientAtItsNextCall() {
        Client client = client("keys.read");
        String token = token(client);
        assertThat(call("/api/v1/projects", token).status()).isEqualTo(200);
        String id = cast.database
                .sql("select id::text from tenancy.api_clients where client_id = ?")
                .param(client.id())
                .query(String.class)
                .single();
        owners.post("/organisation/clients/" + id + "/revoke", Map.of());
        assertThat(call("/api/v1/projects", token).status()).isEqualTo(401);
        assertThat(tokenFor(client, "grant_type=client_credentials").status()).isEqualTo(401);
    }

    @Test
    void isNoWayInForASession() {
        assertThat(owners.get("/api/v1/organisation").status()).isEqualTo(401);
    }

    @Test
    void signsAllTokensWithOneKeyThatIsKeptEncrypted() {
        token(client("keys.read"));
        token(client("models.read"));
        assertThat(cast.database
                        .sql("select encode(sealed, 'escape') from identity.signing_keys")
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .doesNotContain("\"kty\"");
        assertThat(cast.visitor().get("/oauth2/jwks").body())
                .contains("\"kty\"")
                .doesNotContain("\"d\":");
    }

    private Visitor.Page send(String path, String token, String body) {
        Visitor program = cast.visitor();
        return program.send(HttpRequest.newBuilder(program.at(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void refusesControlCharactersInItsOwnShape() {
        String reads = token(client("usage.read"));
        Visitor.Page query = call("/api/v1/usage?project=%00&model=%00", reads);
        assertThat(query.status()).isEqualTo(400);
        assertThat(query.contentType()).startsWith("application/problem+json");
        assertThat(query.body()).contains("urn:souk:problem:invalid", "control character that cannot be kept");

        String writes = token(client("keys.write"));
        Visitor.Page key = send("/api/v1/keys", writes, "{\"name\":\"a\\u0000b\"}");
        assertThat(key.status()).isEqualTo(400);
        assertThat(key.body()).contains("urn:souk:problem:invalid", "\"field\":\"name\"", "A name is one line");
        assertThat(send("/api/v1/keys", writes, "{\"name\":\"a\\u202eb\"}").status())
                .isEqualTo(400);

        String subscribes = token(client("subscriptions.write"));
        Visitor.Page subscription = send("/api/v1/subscriptions", subscribes, "{\"model\":\"a\\u0000b\"}");
        assertThat(subscription.status()).isEqualTo(400);
        assertThat(subscription.contentType()).startsWith("application/problem+json");
        assertThat(subscription.body()).contains("control character that cannot be kept");
    }
}
