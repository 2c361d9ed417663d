package io.souk.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.kernel.TokenClass;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.web.Cast;
import io.souk.tenancy.web.Visitor;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A model whose servers are away says so to customers within ten seconds, and takes it back as soon as one answers. */
@SoukTest
class OutageTests {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final String UNAVAILABLE = "Unavailable right now";

    @Autowired
    ApplicationContext program;

    private final FakeBackend first = FakeBackend.http("/v1", "backend-secret");
    private final FakeBackend second = FakeBackend.http("/v1", "backend-secret");
    private OfferView model;
    private Visitor visitor;

    @BeforeEach
    void aModelOnTwoServers() {
        model = new Stall(program).model(Task.CHAT, Map.of(TokenClass.INPUT, 1_000_000L), first.baseUrl());
        program.getBean(Backends.class)
                .add(model.id(), BackendDraft.of("two", second.baseUrl(), "upstream-model", "backend-secret"));
        visitor = new Cast(program).visitor();
        await().atMost(TEN_SECONDS)
                .until(() -> program.getBean(Backends.class).of(model.id()).stream()
                        .allMatch(backend -> backend.health().state() == BackendView.State.UP));
    }

    @AfterEach
    void stopTheServers() {
        first.close();
        second.close();
    }

    @Test
    void showsInTheCatalogueAndOnItsPageWithinTenSeconds() {
        assertThat(card()).contains(model.model()).doesNotContain(UNAVAILABLE);

        first.down();
        second.down();
        await().atMost(TEN_SECONDS).until(() -> card().contains(UNAVAILABLE));
        assertThat(page()).contains("data-test=\"unavailable\"", UNAVAILABLE);

        second.up();
        await().atMost(TEN_SECONDS).until(() -> !card().contains(UNAVAILABLE));
        assertThat(page()).doesNotContain("data-test=\"unavailable\"");
    }

    @Test
    void staysOnOfferWhileOneOfItsServersAnswers() {
        first.down();
        await().atMost(TEN_SECONDS)
                .until(() -> program.getBean(Backends.class).of(model.id()).stream()
                        .anyMatch(backend -> backend.health().state() == BackendView.State.DOWN));
        assertThat(card()).contains(model.model()).doesNotContain(UNAVAILABLE);
    }

    private String card() {
        return visitor.get("/models?q=" + model.model()).body();
    }

    private String page() {
        return visitor.get("/models/" + model.model()).body();
    }
}
