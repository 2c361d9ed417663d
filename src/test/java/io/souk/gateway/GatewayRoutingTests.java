package io.souk.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.identity.Accounts;
import io.souk.kernel.Money;
import io.souk.kernel.TokenClass;
import io.souk.supply.BackendDraft;
import io.souk.supply.BackendReport;
import io.souk.supply.BackendReports;
import io.souk.supply.BackendView;
import io.souk.supply.Backends;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** Which backend a call reaches, and what admins and operators see of it, in the whole program. */
@SoukTest
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(
        properties = {
            "souk.gateway.first-byte-timeout=1s",
            "souk.gateway.idle-timeout=1s",
            "souk.gateway.connect-timeout=10s",
            "souk.gateway.routing.report=200ms",
            "souk.gateway.telemetry.call-log=json"
        })
class GatewayRoutingTests {
    private static final Map<TokenClass, Long> PRICES =
            Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);

    @Autowired
    private ApplicationContext program;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final FakeBackend first = FakeBackend.http("/v1", "backend-secret");
    private final FakeBackend spare = FakeBackend.http("/v1", "backend-secret");
    private OfferView model;
    private Stall.Customer customer;
    private String key;

    @BeforeEach
    void aSubscribedCustomer() {
        Stall stall = new Stall(program);
        model = stall.model(Task.CHAT, PRICES, first.baseUrl());
        customer = stall.customer(Money.ofMinor(1_000, "USD")).subscribe(model);
        key = customer.key();
        first.always(Behaviours.toCalls(Behaviours.chat("From the first.", 3, 3)));
        spare.always(Behaviours.toCalls(Behaviours.chat("From the spare.", 3, 3)));
    }

    @AfterEach
    void stopTheBackends() {
        first.close();
        spare.close();
    }

    private Backends backends() {
        return program.getBean(Backends.class);
    }

    private BackendView one() {
        return backends().of(model.id()).getFirst();
    }

    private BackendView addSpare() {
        BackendView added = backends()
                .add(
                        model.id(),
                        new BackendDraft(
                                "spare", spare.baseUrl(), "upstream-model", "backend-secret", 2, 1, null, true));
        heardOfChange();
        return added;
    }

    private void limitTo(int calls) {
        BackendView view = one();
        backends()
                .save(
                        view.id(),
                        new BackendDraft(view.name(), view.baseUrl(), view.upstreamModel(), null, 1, 1, calls, true));
        heardOfChange();
    }

    /** A change reaches every gateway within a second; a key that nobody knows makes this one look at once. */
    private void heardOfChange() {
        assertThat(send(customer.key()).statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(5)).until(() -> customer.settledCalls() > 0);
    }

    private List<FakeBackend.Seen> asked(FakeBackend backend) {
        return backend.seen("/chat/completions");
    }

    @Test
    void fallsBackToTheNextPriorityAndSaysWhoServed() {
        BackendView backup = addSpare();
        first.always(Behaviours.toCalls(Behaviours.hangsUp()));

        HttpResponse<String> answer = send(key);

        assertThat(answer.body()).contains("From the spare.");
        assertThat(answer.headers().firstValue("x-souk-backend"))
                .hasValue(backup.id().toString());
        await().atMost(Duration.ofSeconds(5)).until(() -> customer.settledCalls() == 2);
        Served served = program.getBean("systemJdbcClient", JdbcClient.class)
                .sql("select backend_id, attempts from usage.calls where tenant_id = ? order by started_at desc"
                        + " limit 1")
                .param(customer.tenant().value())
                .query(Served.class)
                .single();
        assertThat(served.backendId).isEqualTo(backup.id());
        assertThat(served.attempts)
                .as("a kept connection that was closed is tried once more")
                .isBetween(2, 3);
    }

    private record Served(UUID backendId, int attempts) {}

    @Test
    void stopsAskingABackendThatFailsAndTellsAdminsAndOperators() {
        first.always(Behaviours.toCalls(Behaviours.error(500, "boom", "broken")));
        for (int i = 0; i < 5; i++) {
            assertThat(send(key).statusCode()).isEqualTo(500);
        }
        int before = asked(first).size();

        HttpResponse<String> refused = send(key);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no_backend");
        assertThat(seconds(refused)).isBetween(1L, 10L);
        assertThat(asked(first)).hasSize(before);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            BackendReport.Seen seen = reported(one().id());
            assertThat(seen).isNotNull();
            if (seen != null) {
                assertThat(seen.stale()).isFalse();
                assertThat(seen.report().breaker()).isEqualTo(BackendReport.Breaker.OPEN);
                assertThat(seen.report().failed()).isEqualTo(5);
                assertThat(seen.report().lastFailure()).isEqualTo("answered 500");
                assertThat(seen.report().running()).isZero();
            }
        });
        assertThat(metrics()).contains("souk_backend_breaker{backend=\"" + one().id() + "\"} 2.0");
    }

    /** Each of its callers has waited for the whole deadline; after five of them no other has to. */
    @Test
    void stopsAskingABackendThatIsAlwaysSilent() {
        first.always(Behaviours.toCalls(Behaviours.stalls()));
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(CompletableFuture.supplyAsync(() -> send(key)));
        }
        waiting.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(504));

        HttpResponse<String> refused = send(key);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no_backend");
        assertThat(asked(first)).hasSize(5);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            BackendReport.Seen seen = reported(one().id());
            assertThat(seen).isNotNull();
            if (seen != null) {
                assertThat(seen.report().lastFailure()).isEqualTo("backend_timeout");
            }
        });
    }

    private BackendReport.@Nullable Seen reported(UUID backend) {
        List<BackendReport.Seen> seen =
                program.getBean(BackendReports.class).byBackend().getOrDefault(backend, List.of());
        return seen.isEmpty() ? null : seen.getFirst();
    }

    @Test
    void leavesABackendAloneThatAskedForIt() {
        first.always(Behaviours.toCalls((exchange, body, backend) -> {
            exchange.getResponseHeaders().set("retry-after", "40");
            Behaviours.error(429, "rate_limit_exceeded", "too fast").answer(exchange, body, backend);
        }));
        HttpResponse<String> limited = send(key);
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(seconds(limited)).isEqualTo(40);

        HttpResponse<String> shed = send(key);

        assertThat(shed.statusCode()).isEqualTo(503);
        assertThat(shed.body()).contains("server_is_overloaded");
        assertThat(seconds(shed)).isBetween(30L, 40L);
        assertThat(asked(first)).hasSize(1);
        addsNothingToTheRecord(1);
    }

    private void addsNothingToTheRecord(long calls) {
        await().atMost(Duration.ofSeconds(5)).until(() -> customer.settledCalls() == calls);
        await().atMost(Duration.ofSeconds(5)).until(() -> customer.leasedNanos() == 0);
    }

    @Test
    void sendsABackendNoMoreCallsAtOnceThanItsNumber() {
        limitTo(1);
        first.always(Behaviours.toCalls(Behaviours.stallsAfter(Behaviours.chunks("m", "one"))));
        int before = asked(first).size();
        CompletableFuture<HttpResponse<String>> running =
                http.sendAsync(request(key, ",\"stream\":true"), HttpResponse.BodyHandlers.ofString());
        await().atMost(Duration.ofSeconds(5)).until(() -> asked(first).size() > before);

        HttpResponse<String> shed = send(key);

        assertThat(shed.statusCode()).isEqualTo(503);
        assertThat(shed.body()).contains("server_is_overloaded");
        assertThat(seconds(shed)).isEqualTo(1);
        assertThat(asked(first)).hasSize(before + 1);
        assertThat(running.join().body()).contains("one");
        first.always(Behaviours.toCalls(Behaviours.chat("Free again.", 3, 3)));
        await().atMost(Duration.ofSeconds(5)).until(() -> send(key).statusCode() == 200);
    }

    @Test
    void refusesACallsAtOnceThatCannotBe() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> limitTo(0)).hasMessageContaining("from 1 to 100000");
    }

    @Test
    void metersCallsByTheNamesOfOpenTelemetryAndLogsOneLineForEach(CapturedOutput output) {
        HttpResponse<String> answer = send(key);
        String call = answer.headers().firstValue("x-souk-call-id").orElseThrow();
        String labels = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"Tests\",gen_ai_request_model=\""
                + model.model() + '"';
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            String metrics = metrics();
            assertThat(metrics)
                    .contains("gen_ai_client_token_usage_sum{" + labels + ",gen_ai_token_type=\"input\"} 3.0")
                    .contains("gen_ai_client_token_usage_sum{" + labels + ",gen_ai_token_type=\"output\"} 3.0")
                    .contains("gen_ai_server_time_to_first_token_seconds_count{" + labels + "} 1")
                    .containsPattern(
                            "gen_ai_server_request_duration_seconds_count\\{error_type=\"\",\\Q" + labels + "\\E\\} 1")
                    .contains(
                            "souk_journal_backlog", "souk_journal_lag", "souk_lease_grants_total{outcome=\"granted\"}")
                    .contains("souk_calls_refused_total{reason=\"unknown_key\"}", "souk_calls_running");
            assertThat(output.getOut()).contains("\"call\":\"" + call + '"');
        });
        String line = output.getOut()
                .lines()
                .filter(one -> one.contains(call))
                .findFirst()
                .orElseThrow();
        assertThat(line)
                .contains("\"model\":\"" + model.model() + '"', "\"reason\":\"completed\"", "\"charge_nanos\":9000")
                .contains("\"organisation\":\"" + customer.tenant().value() + '"', "\"trace\":\"", "\"recorded\":true")
                .doesNotContain(key, "backend-secret", "hello", "From the first");
        assertThat(output.getOut().lines().filter(one -> one.contains(call))).hasSize(1);
    }

    @Test
    void showsMetricsToThisMachineAndToNobodyBehindAProxy() throws Exception {
        URI address = URI.create(portal() + "/actuator/prometheus");
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10));
        assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        for (String header : List.of("x-forwarded-for", "forwarded", "via", "x-real-ip")) {
            HttpResponse<String> refused = http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(10))
                            .header(header, header.equals("forwarded") ? "for=127.0.0.1" : "127.0.0.1")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(header).isNotEqualTo(200);
            assertThat(refused.body()).doesNotContain("souk_journal");
        }
    }

    @Test
    void showsAnAdminEachGatewaysViewOfEachBackendAndTheMetrics() throws Exception {
        first.always(Behaviours.toCalls(Behaviours.error(500, "boom", "broken")));
        for (int i = 0; i < 5; i++) {
            send(key);
        }
        String email = "admin-" + UUID.randomUUID() + "@example.org";
        program.getBean(Accounts.class).create(email, "correct horse battery", "Admin", true, true);
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page(browser, "/sign-in"));
        assertThat(token.find()).isTrue();
        browser.send(
                HttpRequest.newBuilder(URI.create(portal() + "/sign-in"))
                        .timeout(Duration.ofSeconds(10))
                        .header("content-type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("_csrf=" + token.group(1) + "&email="
                                + email.replace("@", "%40") + "&password=correct+horse+battery"))
                        .build(),
                HttpResponse.BodyHandlers.discarding());

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(page(browser, "/admin/backends"))
                        .contains(
                                model.title() + "</span>",
                                "not sent: it failed",
                                "5 of 5",
                                "answered 500",
                                "0 of 256"));

        HttpResponse<String> throughAProxy = browser.send(
                HttpRequest.newBuilder(URI.create(portal() + "/actuator/prometheus"))
                        .timeout(Duration.ofSeconds(10))
                        .header("x-forwarded-for", "203.0.113.9")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(throughAProxy.statusCode()).isEqualTo(200);
        assertThat(throughAProxy.body()).contains("souk_journal_backlog");
    }

    private String page(HttpClient browser, String path) {
        try {
            return browser.send(
                            HttpRequest.newBuilder(URI.create(portal() + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .header("accept", "text/html")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String portal() {
        return "http://127.0.0.1:" + program.getEnvironment().getProperty("server.port");
    }

    private String metrics() {
        return send(HttpRequest.newBuilder(URI.create(portal() + "/actuator/prometheus"))
                        .timeout(Duration.ofSeconds(10))
                        .build())
                .body();
    }

    private static long seconds(HttpResponse<String> refused) {
        return refused.headers().firstValueAsLong("retry-after").orElseThrow();
    }

    private HttpResponse<String> send(String withKey) {
        return send(request(withKey, ""));
    }

    private HttpRequest request(String withKey, String more) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + program.getEnvironment().getProperty("souk.gateway.port") + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer " + withKey)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model.model()
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]" + more + "}"))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
