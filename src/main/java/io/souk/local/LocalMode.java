package io.souk.local;

import io.souk.catalog.SampleText;
import io.souk.models.HouseModels;
import io.souk.models.HouseModelsAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** At the end of a start in local mode: fills an empty installation, and says where everything is and how to get in. */
@Component
@ConditionalOnLocalMode
class LocalMode {
    private static final Logger log = LoggerFactory.getLogger(LocalMode.class);

    private final DataFolder folder;
    private final Seed seed;
    private final HouseModelsAddress models;
    private final Environment environment;
    private final JsonMapper json;

    LocalMode(DataFolder folder, Seed seed, HouseModelsAddress models, Environment environment, JsonMapper json) {
        this.folder = folder;
        this.seed = seed;
        this.models = models;
        this.environment = environment;
        this.json = json;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        long begin = System.nanoTime();
        String portal = environment.getRequiredProperty("souk.portal.public-url");
        String gateway = environment.getRequiredProperty("souk.gateway.public-url");
        SeedNotes notes = SeedNotes.in(folder.path());
        Seed.Demo demo;
        try {
            demo = seed.ensure(notes);
        } catch (RuntimeException e) {
            log.error(
                    "Souk runs at {}, but its demo could not be set up; the next start takes it up again.", portal, e);
            return;
        }
        LocalFacts facts = new LocalFacts(
                portal,
                gateway,
                models.origin().toString(),
                portal + "/local/mailbox",
                demo.admin(),
                demo.customer(),
                demo.apiKey());
        try {
            PrivateFile.write(
                    folder.path().resolve("local.json"),
                    json.writerWithDefaultPrettyPrinter().writeValueAsString(facts) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.debug("seeded in {} ms", (System.nanoTime() - begin) / 1_000_000);
        log.info("{}", block(facts));
        seed.callInBackground(notes, demo, gateway);
    }

    static String block(LocalFacts facts) {
        return """
            Souk is ready.

              Portal     %s
              Gateway    %s/v1
              Models     %s
              Mailbox    %s

              Admin      %s   password %s
              Customer   %s   password %s
              API key    %s

              Payments are simulated: no money moves. The card 4242 4242 4242 4242 works.
              Call the %s (add "stream": true to stream):

            curl %s/v1/chat/completions -H "Authorization: Bearer %s" -H "Content-Type: application/json" \
            -d '{"model":"%s","messages":[{"role":"user","content":"%s"}]}'
            """.formatted(
                        facts.portal(),
                        facts.gateway(),
                        facts.models(),
                        facts.mailbox(),
                        facts.admin().email(),
                        facts.admin().password(),
                        facts.customer().email(),
                        facts.customer().password(),
                        facts.apiKey(),
                        HouseModels.SUMMARISER.title(),
                        facts.gateway(),
                        facts.apiKey(),
                        HouseModels.SUMMARISER.id(),
                        SampleText.PASSAGE);
    }
}
