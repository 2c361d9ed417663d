package io.souk.browser;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import io.souk.support.Folders;
import io.souk.support.FreePorts;
import io.souk.support.SelfSigned;
import io.souk.support.TestProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * The whole program in local mode, started once for all journeys. It trusts one more certificate, for backends of a test,
 * and lets one program sign people in by OpenID Connect, which a journey starts at the port that is kept for it.
 */
final class RunningSouk implements AutoCloseable {
    /** A program that may sign people in by their account here. */
    static final String CLIENT = "sister";

    /** Another one, which asks for less. */
    static final String MODEST_CLIENT = "modest";

    static final String CLIENT_SECRET = "a-secret-between-two-souks";

    private final SelfSigned certificate = SelfSigned.create();
    private final int sisterPort = FreePorts.next();
    private final TestProgram program;
    private final JsonNode facts;

    RunningSouk() {
        try {
            Path folder = Folders.temporary("souk-journeys");
            Path trusted = Files.writeString(folder.resolve("trusted.pem"), certificate.pem());
            program = TestProgram.in(folder.resolve("data"))
                    .with("souk.gateway.trust", trusted.toString())
                    .with("souk.identity.clients[0].client-id", CLIENT)
                    .with("souk.identity.clients[0].client-secret", CLIENT_SECRET)
                    .with("souk.identity.clients[0].redirect-uri", comeBack(CLIENT))
                    .with("souk.identity.clients[1].client-id", MODEST_CLIENT)
                    .with("souk.identity.clients[1].client-secret", CLIENT_SECRET)
                    .with("souk.identity.clients[1].redirect-uri", comeBack(MODEST_CLIENT))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        facts = program.local();
    }

    private String comeBack(String registration) {
        return "http://localhost:" + sisterPort + "/login/oauth2/code/" + registration;
    }

    /** Somebody with an account. */
    record Login(String email, String password) {}

    String portal() {
        return program.portal();
    }

    /** What callers give to their SDK, with {@code /v1}. */
    String apiUrl() {
        return facts.path("gateway").asString() + "/v1";
    }

    Login admin() {
        return login("admin");
    }

    /** A customer with credit, subscribed to every house model. */
    Login customer() {
        return login("customer");
    }

    private Login login(String who) {
        return new Login(
                facts.path(who).path("email").asString(),
                facts.path(who).path("password").asString());
    }

    String customersKey() {
        return facts.path("apiKey").asString();
    }

    /** A server that shows this certificate is trusted as a backend. */
    SelfSigned certificate() {
        return certificate;
    }

    /** Where a program has to listen to be the one that its redirect addresses lead to. */
    int sisterPort() {
        return sisterPort;
    }

    /** OpenAI's own client, without retries: a call that a customer would see fail fails here. */
    OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(apiUrl())
                .apiKey(key)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @Override
    public void close() {
        program.close();
    }
}
