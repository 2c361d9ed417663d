package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.billing.Wallets;
import io.souk.catalog.OfferView;
import io.souk.catalog.Offers;
import io.souk.catalog.Task;
import io.souk.identity.Person;
import io.souk.kernel.Money;
import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.kernel.TokenClass;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.tenancy.ApiClients;
import io.souk.tenancy.CreatedApiClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management API, route by route and scope by scope, over HTTP with real tokens; held beside its document. */
@SoukTest
class ApiRoutesTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> ALL = ApiClients.SCOPES.keySet();
    private static final Map<TokenClass, Long> PRICES =
            Map.of(TokenClass.INPUT, 150_000L, TokenClass.OUTPUT, 2_000_000L, TokenClass.REQUEST, 300_000_000L);

    @Autowired
    ApplicationContext program;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mapping;

    private final FakeBackend backend = FakeBackend.http("/v1", "backend-secret");
    private Cast cast;
    private Stall stall;
    private Person owner;
    private TenantId tenant;
    private JsonNode document;

    private record Answer(int status, JsonNode json, Visitor.Page page) {
        String type() {
            return json.path("type").asString("").replace("urn:souk:problem:", "");
        }

        Set<String> faults() {
            return json.path("errors")
                    .valueStream()
                    .map(fault -> fault.path("field").asString())
                    .collect(Collectors.toSet());
        }
    }

    @BeforeEach
    void begin() {
        cast = new Cast(program);
        stall = new Stall(program);
        cast.database.sql("delete from identity.attempts").update();
        owner = cast.person("olga");
        tenant = cast.organisation(owner);
        Visitor visitor = cast.visitor();
        document = JSON.readTree(visitor.send(HttpRequest.newBuilder(visitor.at("/api/openapi.json")))
                .body());
        assertThat(document.path("openapi").asString("")).startsWith("3.");
    }

    @AfterEach
    void stopTheBackend() {
        backend.close();
    }

    private List<ApiRoute> routes() {
        List<ApiRoute> routes = ApiRoute.of(mapping);
        assertThat(routes).hasSizeGreaterThan(12);
        return routes;
    }

    private String token(TenantId tenant, Person by, Set<String> scopes) {
        CreatedApiClient client = Tenant.get(
                        tenant, () -> program.getBean(ApiClients.class).create("Nightly", scopes, by.accountId()))
                .orElseThrow();
        Visitor visitor = cast.visitor();
        Visitor.Page page = visitor.send(HttpRequest.newBuilder(visitor.at("/oauth2/token"))
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((client.client().clientId() + ":" + client.secret())
                                                .getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return JSON.readTree(page.body()).path("access_token").asString();
    }

    private Answer get(String path, String token) {
        return call("GET", path, token, null);
    }

    /** Calls, and checks that the document knows the status that came. */
    private Answer call(String method, String path, @Nullable String token, @Nullable String body, String... headers) {
        Visitor visitor = cast.visitor();
        HttpRequest.Builder request = HttpRequest.newBuilder(visitor.at(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null && headers.length == 0) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        Visitor.Page page = visitor.send(request);
        String asked = URI.create(path).getPath();
        document.path("paths").propertyStream().forEach(known -> {
            JsonNode operation = known.getValue().path(method.toLowerCase(java.util.Locale.ROOT));
            if (asked.matches(known.getKey().replaceAll("\\{[^}]+}", "[^/]+")) && operation.isObject()) {
                assertThat(operation.path("responses").has(Integer.toString(page.status())))
                        .as(method + " " + asked + " answered " + page.status() + ": " + page.body())
                        .isTrue();
            }
        });
        if (page.status() >= 400) {
            assertThat(page.contentType()).startsWith("application/problem+json");
            JsonNode problem = JSON.readTree(page.body());
            assertThat(problem.path("type").asString()).startsWith("urn:souk:problem:");
            assertThat(problem.path("detail").asString()).isNotBlank();
            assertThat(problem.path("status").asInt()).isEqualTo(page.status());
        }
        JsonNode json = page.body().isBlank() ? JSON.missingNode() : JSON.readTree(page.body());
        if (page.status() < 300 && json.isObject()) {
            PromisedSchemas schemas = new PromisedSchemas(document);
            schemas.fits(json, schemas.promised(method, asked, page.status()), method + " " + asked);
        }
        return new Answer(page.status(), json, page);
    }

    @Test
    void theDocumentKnowsEveryRouteWithItsParametersAndScopeAndNoOther() {
        Set<String> mapped = routes().stream()
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toSet());
        Set<String> documented = new HashSet<>();
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .forEach(operation -> documented.add(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        assertThat(documented).isEqualTo(mapped);

        for (ApiRoute route : routes()) {
            JsonNode operation = document.path("paths")
                    .path(route.path())
                    .path(route.method().toLowerCase(java.util.Locale.ROOT));
            String name = route.method() + " " + route.path();
            assertThat(operation.path("summary").asString("")).as(name).isNotBlank();
            Set<String> parameters = operation
                    .path("parameters")
                    .valueStream()
                    .filter(one -> !one.path("description").asString("").isBlank())
                    .map(one ->
                            one.path("in").asString() + " " + one.path("name").asString())
                    .collect(Collectors.toSet());
            assertThat(parameters).as(name).isEqualTo(route.parameters());
            assertThat(operation.path("parameters").size()).as(name).isEqualTo(parameters.size());
            JsonNode needed = operation.path("security").path(0).path("client");
            assertThat(needed.valueStream().map(JsonNode::asString).toList())
                    .as(name)
                    .isEqualTo(route.scope().isEmpty() ? List.of() : List.of(route.scope()));
        }
        assertThat(document.path("components")
                        .path("securitySchemes")
                        .path("client")
                        .path("flows")
                        .path("clientCredentials")
                        .path("scopes")
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void everyRouteWantsATokenWithItsScope() {
        for (ApiRoute route : routes()) {
            String body = route.method().equals("POST") ? "{}" : null;
            assertThat(call(route.method(), route.example(), null, body).type()).isEqualTo("token-missing");
            if (!route.scope().isEmpty()) {
                Set<String> others = new HashSet<>(ALL);
                others.remove(route.scope());
                Answer refused = call(route.method(), route.example(), token(tenant, owner, others), body);
                assertThat(refused.status()).as(route.path()).isEqualTo(403);
                assertThat(refused.type()).isEqualTo("scope-missing");
                Answer allowed =
                        call(route.method(), route.example(), token(tenant, owner, Set.of(route.scope())), body);
                assertThat(allowed.status()).as(route.path()).isNotIn(401, 403, 405, 500);
            }
        }
    }

    @Test
    void aProgramSubscribesMakesAKeyCallsAndReadsWhatItCost() throws Exception {
        OfferView model = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        Tenant.run(
                tenant,
                () -> program.getBean(Wallets.class).credit(Money.ofMinor(1_000, "USD"), "topup:" + tenant, "Top-up"));
        String token = token(tenant, owner, ALL);

        JsonNode listed = get("/api/v1/models/" + model.id(), token).json();
        assertThat(listed.path("model").asString()).isEqualTo(model.model());
        assertThat(listed.path("task").asString()).isEqualTo("chat");
        assertThat(listed.path("subscribed").asBoolean()).isFalse();
        assertThat(listed.path("limits").path("contextTokens").asInt()).isEqualTo(8_192);
        assertThat(listed.path("limits").path("maxOutputTokens").asInt()).isEqualTo(256);
        assertThat(listed.path("prices").path("classes").toString())
                .isEqualTo("[{\"tokenClass\":\"input\",\"unit\":\"million_tokens\",\"price\":{\"amount\":\"0.15\","
                        + "\"currency\":\"USD\"}},{\"tokenClass\":\"output\",\"unit\":\"million_tokens\",\"price\":"
                        + "{\"amount\":\"2\",\"currency\":\"USD\"}},{\"tokenClass\":\"request\",\"unit\":\"request\","
                        + "\"price\":{\"amount\":\"0.0003\",\"currency\":\"USD\"}}]");

        Answer subscribed = call("POST", "/api/v1/subscriptions", token, "{\"model\":\"" + model.model() + "\"}");
        assertThat(subscribed.status()).isEqualTo(201);
        String subscription = subscribed.json().path("id").asString();
        assertThat(subscribed.page().location()).endsWith("/api/v1/subscriptions/" + subscription);
        assertThat(call("POST", "/api/v1/subscriptions", token, "{\"model\":\"" + model.model() + "\"}")
                        .json()
                        .path("id")
                        .asString())
                .isEqualTo(subscription);
        assertThat(get("/api/v1/models/" + model.id(), token)
                        .json()
                        .path("subscribed")
                        .asBoolean())
                .isTrue();

        Answer created = call("POST", "/api/v1/keys", token, "{\"name\":\"From a program\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.page().response().headers().firstValue("Cache-Control"))
                .hasValue("no-store");
        String secret = created.json().path("secret").asString();
        String key = created.json().path("id").asString();
        assertThat(secret).startsWith("sk-souk-");
        assertThat(get("/api/v1/keys/" + key, token).page().body())
                .doesNotContain(secret)
                .contains("From a program");

        backend.always(Behaviours.chat("Hello there.", 120, 30));
        await().atMost(Duration.ofSeconds(5)).until(() -> chat(secret, model.model()) == 200);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/api/v1/calls", token).json().path("data").size() == 1);

        // 120 x 0.15 and 30 x 2 per million, and 0.0003 for the request
        String cost = "0.000378";
        JsonNode call = get("/api/v1/calls?model=" + model.model() + "&key=" + key + "&reason=completed", token)
                .json()
                .path("data")
                .path(0);
        assertThat(call.path("charge").path("amount").asString()).isEqualTo(cost);
        assertThat(call.path("cost").path("amount").asString()).isEqualTo(cost);
        assertThat(call.path("counts").toString()).isEqualTo("{\"input\":120,\"output\":30,\"request\":1}");
        assertThat(get("/api/v1/calls/" + call.path("id").asString(), token).json())
                .isEqualTo(call);
        for (String by : List.of("day", "model", "key", "project", "total")) {
            JsonNode usage = get("/api/v1/usage?by=" + by, token).json();
            assertThat(usage.path("data").size()).as(by).isEqualTo(1);
            assertThat(usage.path("data").path(0).path("charge").path("amount").asString())
                    .isEqualTo(cost);
        }
        assertThat(get("/api/v1/usage?by=key", token)
                        .json()
                        .path("data")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("From a program");
        assertThat(get("/api/v1/balance", token)
                        .json()
                        .path("balance")
                        .path("amount")
                        .asString())
                .isEqualTo("9.999622");

        assertThat(call("DELETE", "/api/v1/keys/" + key, token, null).status()).isEqualTo(204);
        assertThat(call("DELETE", "/api/v1/keys/" + key, token, null).status()).isEqualTo(204);
        assertThat(get("/api/v1/keys", token)
                        .json()
                        .path("data")
                        .path(0)
                        .path("state")
                        .asString())
                .isEqualTo("revoked");
        await().atMost(Duration.ofSeconds(5)).until(() -> chat(secret, model.model()) == 401);
        assertThat(call("DELETE", "/api/v1/subscriptions/" + subscription, token, null)
                        .status())
                .isEqualTo(204);
        assertThat(get("/api/v1/subscriptions/" + subscription, token)
                        .json()
                        .path("endedAt")
                        .asString())
                .isNotBlank();
        assertThat(Tenant.get(
                                tenant,
                                () -> program.getBean(io.souk.tenancy.AuditLog.class)
                                        .newest(10))
                        .stream()
                        .map(entry -> entry.by() + " " + entry.action()))
                .contains(
                        "A program model.subscribed",
                        "A program key.created",
                        "A program key.revoked",
                        "A program model.subscription-ended");
    }

    private int chat(String key, String model) {
        String gateway = program.getEnvironment().getRequiredProperty("souk.gateway.port");
        return cast.visitor()
                .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")))
                .status();
    }

    @Test
    void anOtherOrganisationsIdsAreUnknown() {
        OfferView model = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        String ours = token(tenant, owner, ALL);
        String key = call("POST", "/api/v1/keys", ours, "{\"name\":\"Ours\"}")
                .json()
                .path("id")
                .asString();
        String subscription = call("POST", "/api/v1/subscriptions", ours, "{\"model\":\"" + model.model() + "\"}")
                .json()
                .path("id")
                .asString();
        String project = get("/api/v1/projects", ours)
                .json()
                .path("data")
                .path(0)
                .path("id")
                .asString();
        Person stranger = cast.person("stan");
        String theirs = token(cast.organisation(stranger), stranger, ALL);

        assertThat(get("/api/v1/keys/" + key, theirs).type()).isEqualTo("not-found");
        assertThat(call("DELETE", "/api/v1/keys/" + key, theirs, null).status()).isEqualTo(404);
        assertThat(get("/api/v1/subscriptions/" + subscription, theirs).status())
                .isEqualTo(404);
        assertThat(call("DELETE", "/api/v1/subscriptions/" + subscription, theirs, null)
                        .status())
                .isEqualTo(404);
        assertThat(get("/api/v1/calls/" + UUID.randomUUID(), theirs).status()).isEqualTo(404);
        assertThat(call("POST", "/api/v1/keys", theirs, "{\"name\":\"x\",\"projectId\":\"" + project + "\"}")
                        .faults())
                .containsExactly("projectId");
        for (String list : List.of("keys", "subscriptions", "calls")) {
            assertThat(get("/api/v1/" + list, theirs).json().path("data").size())
                    .as(list)
                    .isZero();
        }
        assertThat(get("/api/v1/keys/" + key, ours).json().path("state").asString())
                .isEqualTo("active");
        assertThat(get("/api/v1/models/" + model.id(), theirs)
                        .json()
                        .path("subscribed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void tellsEverythingThatIsWrongWithARequestByField() {
        String token = token(tenant, owner, ALL);
        Answer key = call(
                "POST",
                "/api/v1/keys",
                token,
                "{\"name\":\" \",\"projectId\":\"mine\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}");
        assertThat(key.type()).isEqualTo("invalid");
        assertThat(key.faults()).containsExactlyInAnyOrder("name", "projectId", "expiresAt");
        assertThat(call("POST", "/api/v1/subscriptions", token, "{}").faults()).containsExactly("model");
        assertThat(get("/api/v1/models?limit=0&task=dance", token).faults()).containsExactlyInAnyOrder("limit", "task");
        assertThat(get(
                                "/api/v1/calls?from=2026-13-01&to=tomorrow&key=x&project=y&model=nobody&reason=z&limit=5000",
                                token)
                        .faults())
                .containsExactlyInAnyOrder("from", "to", "key", "project", "model", "reason", "limit");
        assertThat(get("/api/v1/calls?cursor=nonsense", token).faults()).containsExactly("cursor");
        assertThat(get("/api/v1/keys?cursor=nonsense", token).faults()).containsExactly("cursor");
        assertThat(get("/api/v1/usage?by=week&from=2027-02-01&to=2027-01-01", token)
                        .faults())
                .containsExactlyInAnyOrder("by", "from");
        assertThat(get("/api/v1/usage?from=2020-01-01&to=2027-01-01", token).faults())
                .containsExactly("from");
    }

    @Test
    void refusesInOneFormWhateverIsSent() {
        String token = token(tenant, owner, ALL);
        assertThat(get("/api/v1/nowhere", token).type()).isEqualTo("not-found");
        assertThat(get("/api/v1/keys/nonsense", token).type()).isEqualTo("not-found");
        assertThat(call("PATCH", "/api/v1/keys", token, "{}").type()).isEqualTo("method-not-allowed");
        assertThat(call("POST", "/api/v1/keys", token, "{\"name\":").type()).isEqualTo("unreadable");
        assertThat(call("POST", "/api/v1/keys", token, "[]").type()).isEqualTo("unreadable");
        assertThat(call("POST", "/api/v1/keys", token, "name=x", "Content-Type", "text/plain")
                        .type())
                .isEqualTo("unsupported-media-type");
        assertThat(call("POST", "/api/v1/subscriptions", token, "{\"model\":\"no-such-model\"}")
                        .type())
                .isEqualTo("not-found");
        OfferView gone = stall.model(Task.CHAT, PRICES, backend.baseUrl());
        program.getBean(Offers.class).withdraw(gone.id());
        assertThat(call("POST", "/api/v1/subscriptions", token, "{\"model\":\"" + gone.model() + "\"}")
                        .type())
                .isEqualTo("model-withdrawn");
    }

    @Test
    void ofRequestsWithTheSameNameComesOneKey() throws Exception {
        String token = token(tenant, owner, ALL);
        String body = "{\"name\":\"Once\"}";
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Answer> ask = () -> call(
                    "POST",
                    "/api/v1/keys",
                    token,
                    body,
                    "Content-Type",
                    "application/json",
                    "Idempotency-Key",
                    "deploy-7");
            for (Future<Answer> answer : callers.invokeAll(List.of(ask, ask, ask, ask))) {
                answers.add(answer.get());
            }
        }
        assertThat(answers.stream().map(Answer::status)).containsExactlyInAnyOrder(201, 200, 200, 200);
        assertThat(answers.stream().map(answer -> answer.json().path("id").asString()))
                .containsOnly(answers.getFirst().json().path("id").asString());
        assertThat(answers.stream()
                        .filter(answer -> !answer.json().path("secret").isNull()))
                .hasSize(1);
        assertThat(get("/api/v1/keys", token).json().path("data").size()).isEqualTo(1);
        assertThat(call(
                                "POST",
                                "/api/v1/keys",
                                token,
                                "{\"name\":\"Another\"}",
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                "deploy-7")
                        .type())
                .isEqualTo("idempotency-key-reused");
    }

    @Test
    void listsComeInPagesThatMissNothingAndRepeatNothing() {
        String token = token(tenant, owner, ALL);
        for (int i = 0; i < 5; i++) {
            call("POST", "/api/v1/keys", token, "{\"name\":\"Key " + i + "\"}");
        }
        assertThat(names("/api/v1/keys?limit=2", "name", token))
                .containsExactly("Key 4", "Key 3", "Key 2", "Key 1", "Key 0");
        List<String> models = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            models.add(stall.model(Task.EMBEDDINGS, Map.of(TokenClass.INPUT, 1L), backend.baseUrl())
                    .model());
        }
        List<String> listed = names("/api/v1/models?limit=2&task=embeddings", "model", token);
        assertThat(listed).doesNotHaveDuplicates().containsAll(models);
        models.forEach(model -> call("POST", "/api/v1/subscriptions", token, "{\"model\":\"" + model + "\"}"));
        assertThat(names("/api/v1/subscriptions?limit=1", "model", token)).containsExactlyElementsOf(models.reversed());
    }

    private List<String> names(String path, String member, String token) {
        List<String> names = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 100; page++) {
            JsonNode json = get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor), token)
                    .json();
            json.path("data")
                    .valueStream()
                    .forEach(one -> names.add(one.path(member).asString()));
            if (json.path("next").isNull()) {
                return names;
            }
            cursor = json.path("next").asString();
        }
        throw new AssertionError("the list does not end");
    }
}
