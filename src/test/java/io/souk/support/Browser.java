package io.souk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A headless Chromium: the machine's own; else, for root on Debian or Ubuntu, the one that apt installs; else what
 * Selenium Manager finds or fetches. Where none of it works the test fails in one line that names the package.
 */
public final class Browser {
    private static final List<Path> BROWSERS = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path APT = Path.of("/usr/bin/apt-get");
    private static boolean installTried;
    /** Why none can be opened, once that is known: every other test can say so at once. */
    private static volatile @Nullable String refusal;

    private Browser() {}

    /** Opens one, 1440 by 900 pixels, with a profile of its own. The caller quits it. */
    public static ChromeDriver open() {
        return open(1440, 900);
    }

    /** Opens one whose window has this size in pixels; wants a light page. */
    public static ChromeDriver open(int width, int height) {
        return open(options(width, height));
    }

    /** Opens one in which its owner has switched JavaScript off. */
    public static ChromeDriver withoutScript() {
        ChromeOptions options = options(1440, 900);
        options.setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
        return open(options);
    }

    /** Opens one that lets a page call every server, as a program outside of a browser may. */
    public static ChromeDriver withoutSameOriginPolicy() {
        ChromeOptions options = options(1440, 900);
        options.addArguments("--disable-web-security");
        return open(options);
    }

    private static ChromeDriver open(ChromeOptions options) {
        String known = refusal;
        if (known != null) {
            throw new IllegalStateException(known);
        }
        Path binary = installedBrowser();
        if ((binary == null || !Files.isExecutable(DRIVER)) && isRoot() && Files.isExecutable(APT)) {
            binary = installed();
        }
        try {
            if (binary != null) {
                options.setBinary(binary.toFile());
            }
            if (binary != null && Files.isExecutable(DRIVER)) {
                return new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(DRIVER.toFile())
                                .build(),
                        options);
            }
            return new ChromeDriver(options);
        } catch (WebDriverException e) {
            // without the cause, whose dozens of lines would bury the one that says what to do
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            String line = "No browser could be started: install the packages chromium and chromium-driver "
                    + "(apt-get install chromium chromium-driver). " + reason;
            if (binary == null || !Files.isExecutable(DRIVER)) {
                refusal = line;
            }
            throw new IllegalStateException(line);
        }
    }

    private static ChromeOptions options(int width, int height) {
        ChromeOptions options = new ChromeOptions();
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-default-apps",
                "--disable-extensions",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
                "--window-size=" + width + "," + height);
        return options;
    }

    private static @Nullable Path installedBrowser() {
        return BROWSERS.stream().filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static synchronized @Nullable Path installed() {
        if (!installTried) {
            installTried = true;
            // an Ubuntu without these packages may still have a browser that Selenium Manager finds
            install();
        }
        return installedBrowser();
    }

    /** Of several test processes one installs and the others wait. */
    private static void install() {
        Path lock = Path.of("target", "apt.lock");
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            if (installedBrowser() == null || !Files.isExecutable(DRIVER)) {
                boolean known = apt("update");
                if (known) {
                    apt("install", "-y", "--no-install-recommends", "chromium", "chromium-driver");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean apt(String... arguments) {
        try {
            Path log = Path.of("target", "apt.log");
            Files.createDirectories(log.toAbsolutePath().getParent());
            var command = new java.util.ArrayList<>(List.of(APT.toString(), "-o", "DPkg::Lock::Timeout=120"));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
