package io.souk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Somebody who signs up, and confirms the address by the mail that came. */
final class Newcomer {
    static final String NAME = "Ada Newcomer";
    private static final String PASSWORD = "correct horse battery";

    private final RunningSouk souk;
    private final RunningSouk.Login login;

    private Newcomer(RunningSouk souk, RunningSouk.Login login) {
        this.souk = souk;
        this.login = login;
    }

    /** Signs up in a browser of its own. */
    static Newcomer signUp(RunningSouk souk, String email) {
        try (Visit visit = Visit.to(souk.portal())) {
            return signUp(visit, souk, email);
        }
    }

    /** Signs up before this browser. */
    static Newcomer signUp(Visit visit, RunningSouk souk, String email) {
        visit.go("/sign-up")
                .type("field-name", NAME)
                .type("field-email", email)
                .type("field-organisation", "Newcomers of " + email.substring(0, 8))
                .type("field-password", PASSWORD)
                .follow("submit");
        assertThat(visit.text("sent-to")).isEqualTo(email);
        return new Newcomer(souk, new RunningSouk.Login(email, PASSWORD));
    }

    RunningSouk.Login login() {
        return login;
    }

    /** Follows the link that was mailed, in a browser of its own. */
    RunningSouk.Login confirmed() {
        try (Visit visit = Visit.to(souk.portal())) {
            confirm(visit);
        }
        return login;
    }

    /** Follows the link that was mailed: mail is read at the mailbox page, without signing in. */
    void confirm(Visit visit) {
        WebElement mail = visit.await("the mail to " + login.email(), page -> {
            page.get(souk.portal() + "/local/mailbox");
            return visit.all("mail").stream()
                    .filter(row -> row.findElement(By.cssSelector("[data-test='mail-to']"))
                            .getText()
                            .equals(login.email()))
                    .findFirst()
                    .orElse(null);
        });
        visit.leaveBy(Objects.requireNonNull(mail).findElement(By.cssSelector("[data-test='mail-subject']")));
        visit.follow("mail-link").follow("verify");
    }
}
