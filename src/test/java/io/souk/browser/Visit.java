package io.souk.browser;

import io.souk.support.Browser;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A person before a browser. What is clicked and read is found by its {@code data-test} hook and has to be visible;
 * every wait ends within {@link #PATIENCE}.
 */
final class Visit implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChromeDriver browser;
    private final String portal;

    private Visit(ChromeDriver browser, String portal) {
        this.browser = browser;
        this.portal = portal;
    }

    /** Opens a browser; nothing is loaded yet. */
    static Visit to(String portal) {
        return with(Browser.open(), portal);
    }

    /** The same with a browser that was opened in another way. */
    static Visit with(ChromeDriver browser, String portal) {
        browser.manage().timeouts().pageLoadTimeout(PATIENCE);
        return new Visit(browser, portal);
    }

    ChromeDriver browser() {
        return browser;
    }

    Visit go(String path) {
        browser.get(portal + path);
        return this;
    }

    /** Where the portal is, without a slash at the end. */
    String origin() {
        return portal;
    }

    /** The path of the page that is shown. */
    String path() {
        return URI.create(String.valueOf(browser.getCurrentUrl())).getPath();
    }

    /** The one that is visible, waiting for it. */
    WebElement see(String hook) {
        return await("to see " + hook, page -> displayed(hook));
    }

    String text(String hook) {
        return see(hook).getText();
    }

    /** All that have this hook, visible or not, as the page is now. */
    List<WebElement> all(String hook) {
        return browser.findElements(By.cssSelector("[data-test='" + hook + "']"));
    }

    boolean shows(String hook) {
        return all(hook).stream().anyMatch(WebElement::isDisplayed);
    }

    /** Writes instead of what stood there. */
    Visit type(String hook, String text) {
        WebElement field = see(hook);
        field.clear();
        field.sendKeys(text);
        return this;
    }

    Visit choose(String hook, String value) {
        new Select(see(hook)).selectByValue(value);
        return this;
    }

    /** Clicks what acts within the page. */
    Visit press(String hook) {
        see(hook).click();
        return this;
    }

    /** Clicks what leads to another page, and waits for that. */
    Visit follow(String hook) {
        return leaveBy(see(hook));
    }

    /** Clicks this, which leads to another page, and waits for that. */
    Visit leaveBy(WebElement element) {
        return leaveBy(element::click);
    }

    private Visit leaveBy(Runnable act) {
        WebElement page = browser.findElement(By.tagName("html"));
        act.run();
        await("to leave the page", _ -> isGone(page));
        await("the page to be whole", _ -> "complete".equals(browser.executeScript("return document.readyState")));
        return this;
    }

    private static boolean isGone(WebElement element) {
        try {
            element.isEnabled();
            return false;
        } catch (StaleElementReferenceException gone) {
            return true;
        } catch (WebDriverException halfGone) {
            // in the middle of going to another origin the driver says it so
            if (String.valueOf(halfGone.getMessage()).contains("does not belong to the document")) {
                return true;
            }
            throw halfGone;
        }
    }

    Visit signIn(RunningSouk.Login login) {
        go("/sign-in").type("field-email", login.email()).type("field-password", login.password());
        return follow("submit");
    }

    Visit signOut() {
        return press("account-menu").follow("sign-out");
    }

    /** Waits until this gives something that is neither null nor false. */
    <T> T await(String what, Function<WebDriver, @Nullable T> condition) {
        try {
            return new WebDriverWait(browser, PATIENCE)
                    .ignoring(StaleElementReferenceException.class, NoSuchElementException.class)
                    .withMessage(what)
                    .until(condition);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "waited in vain " + what + " at " + browser.getCurrentUrl() + ", which says:\n" + said(), e);
        }
    }

    /** The visible text of the page, shortened. */
    String said() {
        return browser.findElement(By.tagName("body"))
                .getText()
                .lines()
                .limit(80)
                .collect(Collectors.joining("\n"));
    }

    /** Moves the focus by the Tab key alone until it is on what has this hook, as a person without a mouse does. */
    Visit tabTo(String hook) {
        for (int presses = 0; presses < 150; presses++) {
            WebElement focused = browser.switchTo().activeElement();
            if (hook.equals(focused.getDomAttribute("data-test"))) {
                return this;
            }
            focused.sendKeys(Keys.TAB);
        }
        throw new AssertionError(
                "the Tab key does not lead to " + hook + " at " + browser.getCurrentUrl() + ", which says:\n" + said());
    }

    /** Types into what has the focus. */
    Visit keys(CharSequence... keys) {
        browser.switchTo().activeElement().sendKeys(keys);
        return this;
    }

    /** Presses Enter on what has the focus, which leads to another page. */
    Visit enter() {
        WebElement page = browser.findElement(By.tagName("html"));
        keys(Keys.ENTER);
        await("to leave the page", _ -> isGone(page));
        return this;
    }

    private @Nullable WebElement displayed(String hook) {
        return all(hook).stream().filter(WebElement::isDisplayed).findFirst().orElse(null);
    }

    @Override
    public void close() {
        browser.quit();
    }
}
