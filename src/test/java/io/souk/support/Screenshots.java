package io.souk.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows every link of a running local instance as a stranger, a customer and an admin, and takes pictures. */
class Screenshots {
    private static final int MOST_PAGES = 60;
    private static final int[] WIDTHS = {1440, 390};

    private final Path to = Path.of(System.getProperty("souk.screenshots.to", "target/screenshots"));

    @Test
    void takesAPictureOfEveryPage() throws IOException {
        Path facts = Path.of(System.getProperty("souk.screenshots.data", "data"), "local.json");
        assertThat(facts).as("start Souk first: mvn spring-boot:run").exists();
        JsonNode local = JsonMapper.builder().build().readTree(Files.readString(facts));
        String portal = local.path("portal").asString();
        Files.createDirectories(to);
        ChromeDriver browser = Browser.open();
        try {
            pictures(browser, portal, "stranger", List.of("/", "/models", "/sign-up", "/forgot-password", "/nowhere"));
            signIn(browser, portal, local.path("customer"));
            pictures(browser, portal, "customer", List.of("/", "/models", "/account", "/organisation"));
            browser.manage().deleteAllCookies();
            signIn(browser, portal, local.path("admin"));
            pictures(
                    browser,
                    portal,
                    "admin",
                    List.of(
                            "/admin/models",
                            "/admin/backends",
                            "/admin/organisations",
                            "/admin/people",
                            "/admin/calls"));
        } finally {
            browser.quit();
        }
    }

    private static void signIn(ChromeDriver browser, String portal, JsonNode login) {
        browser.get(portal + "/sign-in");
        browser.findElement(By.cssSelector("input[type=email], input[name=email]"))
                .sendKeys(login.path("email").asString());
        WebElement password = browser.findElement(By.cssSelector("input[type=password]"));
        password.sendKeys(login.path("password").asString());
        password.submit();
        new WebDriverWait(browser, Duration.ofSeconds(20))
                .until(page -> !URI.create(page.getCurrentUrl()).getPath().equals("/sign-in"));
    }

    private void pictures(ChromeDriver browser, String portal, String who, List<String> starts) throws IOException {
        Deque<String> open = new ArrayDeque<>(starts);
        Map<String, String> shapes = new LinkedHashMap<>();
        while (!open.isEmpty() && shapes.size() < MOST_PAGES) {
            String path = open.removeFirst();
            String shape = path.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "id").replaceAll("\\?.*", "");
            if (shapes.putIfAbsent(shape, path) != null) {
                continue;
            }
            browser.get(portal + path);
            for (WebElement link : browser.findElements(By.cssSelector("a[href]"))) {
                String target = String.valueOf(link.getDomProperty("href"));
                if (target.startsWith(portal + "/") && !target.matches(".*(#|sign-out|openapi|export|\\.csv).*")) {
                    open.addLast(target.substring(portal.length()));
                }
            }
            for (int width : WIDTHS) {
                for (String theme : List.of("light", "dark")) {
                    picture(browser, who, shape, width, theme);
                }
            }
        }
    }

    private void picture(ChromeDriver browser, String who, String shape, int width, String theme) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", theme),
                                // a picture in the middle of a transition shows neither theme
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        Map<String, Object> picture = browser.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        String name = who + shape.replaceAll("[^a-z0-9.]+", "-").replaceAll("-$", "");
        Files.write(
                to.resolve(name + "." + width + "." + theme + ".png"),
                Base64.getDecoder().decode(String.valueOf(picture.get("data"))));
    }
}
