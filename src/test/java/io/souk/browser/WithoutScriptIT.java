package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.Browser;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The main job in a browser that runs no JavaScript, by somebody who has no mouse: Tab, Enter and letters do it all. */
@ExtendWith(Journeys.class)
class WithoutScriptIT {
    private static final String MODEL = "extractive-summariser-per-request";

    @Test
    void subscribesMakesAKeyAndTriesAModelByTheKeyboardAlone(RunningSouk souk) {
        try (Visit visit = Visit.with(Browser.withoutScript(), souk.portal())) {
            visit.go("/sign-in");
            visit.tabTo("field-email").keys(souk.customer().email());
            visit.tabTo("field-password").keys(souk.customer().password());
            visit.enter();
            assertThat(visit.path()).isEqualTo("/models");
            assertThat(visit.all("sample-curl")).isEmpty();

            visit.tabTo("q").keys("per request");
            visit.enter();
            assertThat(visit.text("total")).isEqualTo("1 model");
            visit.tabTo("open-" + MODEL).enter();
            assertThat(visit.text("model-name")).isEqualTo(MODEL);

            // the customer is subscribed; the question opens and closes without a script, too
            visit.tabTo("open-end-subscription").keys(Keys.ENTER);
            visit.see("confirm-end-subscription");
            visit.tabTo("confirm-end-subscription").enter();
            visit.tabTo("subscribe").enter();
            visit.see("subscribed");

            String name = "By keyboard " + UUID.randomUUID();
            visit.go("/keys").tabTo("main-action").enter();
            visit.tabTo("field-name").keys(name);
            visit.tabTo("create-key").enter();
            assertThat(visit.text("secret")).startsWith("sk-souk-");
            assertThat(visit.text("keys")).contains(name);
            assertThat(visit.browser().findElements(org.openqa.selenium.By.cssSelector("[data-copy]")))
                    .as("what only a script could do is not offered")
                    .isNotEmpty()
                    .noneMatch(org.openqa.selenium.WebElement::isDisplayed);

            visit.go("/models/" + MODEL).tabTo("try-button").enter();
            assertThat(visit.text("try-text")).contains("market hall");
            assertThat(Amounts.read(visit.text("try-cost"))).isPositive();
            assertThat(visit.text("try-tokens-REQUEST")).endsWith(" 1 request");

            visit.tabTo("try-call").enter();
            assertThat(visit.text("timeline")).contains("Settled");
        }
    }
}
