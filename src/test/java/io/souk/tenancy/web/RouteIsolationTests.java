package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.catalog.OfferView;
import io.souk.catalog.Task;
import io.souk.gateway.http.GatewayServer;
import io.souk.kernel.TokenClass;
import io.souk.platform.Access;
import io.souk.support.Behaviours;
import io.souk.support.FakeBackend;
import io.souk.support.SoukTest;
import io.souk.support.Stall;
import io.souk.support.TenantRows;
import io.souk.tenancy.web.RouteBook.Entry;
import io.souk.tenancy.web.RouteBook.Whose;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * No organisation reaches another's things by any route of the running program: B's owner, B's program and B's key are sent
 * to every route with the ids of what A has.
 */
@SoukTest
class RouteIsolationTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NO_ID = UUID.randomUUID().toString();

    @Autowired
    private ApplicationContext program;

    private final FakeBackend backend =
            FakeBackend.http("/v1", "backend-secret").always(Behaviours.answers());
    private Cast cast;
    private TenantRows rows;
    private Belongings a;
    private Belongings b;

    @BeforeEach
    void twoOrganisations() {
        cast = new Cast(program);
        cast.database.sql("delete from identity.attempts").update();
        rows = new TenantRows(cast.database);
        Stall stall = new Stall(program);
        Map<TokenClass, Long> prices = Map.of(TokenClass.INPUT, 1_000_000L, TokenClass.OUTPUT, 2_000_000L);
        OfferView chat = stall.model(Task.CHAT, prices, backend.baseUrl());
        OfferView embeddings = stall.model(Task.EMBEDDINGS, prices, backend.baseUrl());
        a = new Belongings(program, cast, chat, embeddings, true);
        b = new Belongings(program, cast, chat, embeddings, false);
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void classifiesEveryRouteOfThePortalAndTheManagementApi() {
        assertThat(names(RouteBook.PORTAL))
                .as("routes in RouteBook and routes of the program")
                .containsExactlyInAnyOrderElementsOf(mapped().keySet());
        mapped().forEach((route, handler) -> {
            Entry entry = entry(RouteBook.PORTAL, route);
            need(handler)
                    .ifPresent(need -> assertThat(entry.whose().needs)
                            .as(route + " is " + entry.whose())
                            .contains(need));
            assertThat(Set.of(Whose.MEMBER, Whose.NAMED, Whose.PROGRAM, Whose.PROGRAM_NAMED)
                                    .contains(entry.whose())
                            && entry.hasId())
                    .as(route + " has an id, so it is owned")
                    .isFalse();
        });
    }

    @Test
    void answersByNothingThatIsNotClassified() {
        for (HandlerMapping mapping :
                program.getBeansOfType(HandlerMapping.class).values()) {
            switch (mapping) {
                case RequestMappingInfoHandlerMapping _ -> {}
                case RouterFunctionMapping functions ->
                    assertThat(functions.getRouterFunction()).isNull();
                // static files, the page at "/" where there is one, and the icon
                case AbstractUrlHandlerMapping files ->
                    assertThat(files.getHandlerMap().keySet()).isSubsetOf("/**", "/webjars/**", "/favicon.ico");
                default -> assertThat(mapping.getClass().getSimpleName()).startsWith("AdditionalHealthEndpointPaths");
            }
        }
        Set<String> answering = program.getBean(FilterChainProxy.class).getFilterChains().stream()
                .flatMap(chain -> chain.getFilters().stream())
                .map(filter -> filter.getClass().getSimpleName())
                .filter(name -> name.matches(".*(Endpoint|Logout|Login|Redirect|Generating).*Filter"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(answering).isSubsetOf(RouteBook.ANSWERING_FILTERS);
    }

    @Test
    void classifiesEveryRouteOfTheGateway() {
        assertThat(names(RouteBook.GATEWAY)).containsExactlyInAnyOrderElementsOf(GatewayServer.endpoints());
    }

    @Test
    void opensNothingToWhoeverIsNotSignedIn() {
        for (Entry entry : RouteBook.PORTAL) {
            switch (entry.whose()) {
                case ANYONE, LINK -> {}
                case MACHINE ->
                    assertThat(byProxy(cast.visitor(), entry).location())
                            .as(entry.route())
                            .isEqualTo("/sign-in");
                case PROGRAM, PROGRAM_OWNED, PROGRAM_NAMED, PROGRAM_SHARED ->
                    assertThat(asProgram(entry, entry.path(NO_ID), "", null).status())
                            .as(entry.route())
                            .isEqualTo(401);
                case PERSON, MEMBER, OWNED, NAMED, ADMIN -> {
                    Visitor.Page page = send(cast.visitor(), entry, entry.path(NO_ID), Map.of());
                    assertThat(page.status() + " " + page.location())
                            .as(entry.route())
                            .isEqualTo("302 /sign-in");
                }
            }
        }
    }

    @Test
    void findsNothingOfAnotherOrganisationById() {
        for (Entry entry : having(RouteBook.PORTAL, Whose.OWNED)) {
            Entry.Sent sent = entry.sent().apply(a);
            untouched(entry, sent, () -> {
                Visitor.Page page = send(b.owners, entry, entry.path(sent.id()), sent.fields());
                assertThat(page.status()).as(entry.route()).isEqualTo(404);
                assertThat(page.body()).doesNotContain(a.mark);
            });
            assertThat(send(a.owners, entry, entry.path(sent.id()), sent.fields())
                            .status())
                    .as(entry.route() + " by its own organisation")
                    .isLessThan(400);
        }
    }

    @Test
    void takesNoIdOfAnotherOrganisationInAField() {
        for (Entry entry : having(RouteBook.PORTAL, Whose.NAMED)) {
            Entry.Sent sent = entry.sent().apply(a);
            untouched(
                    entry,
                    sent,
                    () -> assertThat(send(b.owners, entry, entry.path(""), sent.fields())
                                    .body())
                            .as(entry.route())
                            .doesNotContain(a.mark));
        }
    }

    @Test
    void showsAndChangesOnlyTheOrganisationOfTheSession() {
        for (Entry entry : having(RouteBook.PORTAL, Whose.MEMBER)) {
            untouched(entry, entry.sent().apply(a), () -> {
                Visitor.Page page = send(b.owners, entry, entry.path(""), Map.of());
                assertThat(page.status()).as(entry.route()).isLessThan(500).isNotEqualTo(404);
                assertThat(page.body()).doesNotContain(a.mark, a.tenant.toString());
            });
        }
        assertThat(a.owners.get("/keys").body()).contains(a.mark);
    }

    @Test
    void tellsNoCustomerWhatIsForThisMachine() {
        for (Entry entry : having(RouteBook.PORTAL, Whose.MACHINE)) {
            assertThat(byProxy(b.owners, entry).status()).as(entry.route()).isIn(403, 404);
            Visitor here = cast.visitor();
            Visitor.Page page = here.send(HttpRequest.newBuilder(here.at(entry.path(""))));
            assertThat(page.status()).as(entry.route()).isEqualTo(200);
            assertThat(page.body())
                    .as("whose it is stands in no metric")
                    .doesNotContain(a.mark, a.tenant.toString(), b.tenant.toString());
        }
    }

    /** As a request from elsewhere comes to the portal: by a proxy, which says for whom. */
    private static Visitor.Page byProxy(Visitor visitor, Entry entry) {
        return visitor.send(HttpRequest.newBuilder(visitor.at(entry.path("")))
                .header("Accept", "text/html")
                .header("X-Forwarded-For", "203.0.113.9"));
    }

    @Test
    void doesNotEvenExistForOwnersWhereOnlyAnAdminMayGo() {
        for (Entry entry : having(RouteBook.PORTAL, Whose.ADMIN)) {
            untouched(
                    entry,
                    entry.sent().apply(a),
                    () -> assertThat(
                                    send(b.owners, entry, entry.path(a.chat.id().toString()), Map.of())
                                            .status())
                            .as(entry.route())
                            .isEqualTo(404));
        }
    }

    @Test
    void showsAProgramItsOwnOrganisationOnly() {
        for (Entry entry : RouteBook.PORTAL) {
            Entry.Sent sent = entry.sent().apply(a);
            switch (entry.whose()) {
                case PROGRAM ->
                    untouched(entry, sent, () -> {
                        Visitor.Page page = asProgram(entry, entry.path(""), sent.json(), b.token);
                        assertThat(page.status())
                                .as(entry.route())
                                .isLessThan(500)
                                .isNotEqualTo(404);
                        assertThat(page.body()).doesNotContain(a.mark, a.tenant.toString());
                    });
                case PROGRAM_NAMED ->
                    untouched(entry, sent, () -> {
                        String query = entry.method().equals("GET") ? "?" + form(sent.fields()) : "";
                        String json = query.isEmpty() ? JSON.writeValueAsString(sent.fields()) : "";
                        Visitor.Page page = asProgram(entry, entry.path("") + query, json, b.token);
                        assertThat(page.status()).as(entry.route()).isLessThan(500);
                        assertThat(page.body()).doesNotContain(a.mark, a.tenant.toString());
                    });
                case PROGRAM_SHARED ->
                    untouched(entry, sent, () -> {
                        Visitor.Page page = asProgram(entry, entry.path(sent.id()), sent.json(), b.token);
                        assertThat(page.status()).as(entry.route()).isEqualTo(200);
                        assertThat(page.body()).doesNotContain(a.mark, a.tenant.toString());
                    });
                case PROGRAM_OWNED -> {
                    untouched(entry, sent, () -> {
                        Visitor.Page page = asProgram(entry, entry.path(sent.id()), sent.json(), b.token);
                        assertThat(page.status()).as(entry.route()).isEqualTo(404);
                        assertThat(page.body()).doesNotContain(a.mark);
                    });
                    assertThat(asProgram(entry, entry.path(sent.id()), sent.json(), a.token)
                                    .status())
                            .as(entry.route() + " by its own organisation")
                            .isLessThan(400);
                }
                default -> {}
            }
        }
    }

    @Test
    void servesAKeyWhatItsOwnOrganisationSubscribedTo() {
        for (Entry entry : having(RouteBook.GATEWAY, Whose.PROGRAM_OWNED)) {
            Entry.Sent sent = entry.sent().apply(a);
            String address = gateway() + entry.path(sent.id());
            untouched(entry, sent, () -> {
                Visitor.Page page = asProgram(entry, address, sent.json(), b.apiKey);
                // a model is in everybody's catalogue: that it exists is no secret, but a call of it is refused
                assertThat(page.status())
                        .as(entry.route())
                        .isEqualTo(sent.json().isEmpty() ? 404 : 403);
            });
            assertThat(asProgram(entry, address, sent.json(), null).status()).isEqualTo(401);
            assertThat(asProgram(entry, address, sent.json(), a.token).status())
                    .as("a token of the management API is no key")
                    .isEqualTo(401);
            assertThat(asProgram(entry, address, sent.json(), a.apiKey).status())
                    .as(entry.route() + " with its own organisation's key")
                    .isEqualTo(200);
            a.settleDown();
        }
        Entry list = entry(RouteBook.GATEWAY, "GET /v1/models");
        assertThat(asProgram(list, gateway() + "/v1/models", "", b.apiKey).body())
                .doesNotContain(a.chat.model());
        assertThat(asProgram(list, gateway() + "/v1/models", "", a.apiKey).body())
                .contains(a.chat.model());
    }

    @Test
    void chargesTheOrganisationOfTheKeyWhateverTheHeadersName() {
        Entry entry = entry(RouteBook.GATEWAY, "POST /v1/chat/completions");
        Entry.Sent sent = entry.sent().apply(a);
        untouched(entry, sent, () -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway() + entry.path("")))
                    .header("authorization", "Bearer " + b.apiKey)
                    .header("openai-organization", a.tenant.toString())
                    .header("openai-project", a.project.toString())
                    .header("x-api-key", a.apiKey)
                    .POST(HttpRequest.BodyPublishers.ofString(sent.json()));
            assertThat(cast.visitor().send(request).status()).isEqualTo(403);
        });
    }

    /** Runs an attempt of B's; afterwards everything of A's is as before, and nothing of B's names what A has. */
    private void untouched(Entry entry, Entry.Sent sent, Runnable attempt) {
        Map<String, String> before = rows.of(a.tenant.value());
        attempt.run();
        assertThat(rows.of(a.tenant.value())).as("A after B's " + entry.route()).isEqualTo(before);
        Set<String> ids = new TreeSet<>(sent.fields().values());
        ids.add(sent.id());
        // a model is nobody's, so B may come to have it in its rows
        ids.removeIf(
                id -> id.length() != NO_ID.length() || id.equals(a.chat.id().toString()));
        for (String id : ids) {
            assertThat(rows.naming(b.tenant.value(), id))
                    .as("B after " + entry.route())
                    .isEmpty();
        }
    }

    private static Visitor.Page send(Visitor visitor, Entry entry, String path, Map<String, String> fields) {
        if (entry.method().equals("POST")) {
            return visitor.post(path, fields);
        }
        assertThat(entry.method()).isEqualTo("GET");
        return visitor.get(fields.isEmpty() ? path : path + "?" + form(fields));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private Visitor.Page asProgram(
            Entry entry, String path, String json, @org.jspecify.annotations.Nullable String secret) {
        Visitor visitor = cast.visitor();
        HttpRequest.Builder request = HttpRequest.newBuilder(visitor.at(path))
                .header("content-type", "application/json")
                .method(
                        entry.method(),
                        json.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(json));
        if (secret != null) {
            request.header("authorization", "Bearer " + secret);
        }
        return visitor.send(request);
    }

    private String gateway() {
        return "http://127.0.0.1:" + program.getEnvironment().getProperty("souk.gateway.port");
    }

    private Map<String, HandlerMethod> mapped() {
        Map<String, HandlerMethod> all = new TreeMap<>();
        for (RequestMappingInfoHandlerMapping mapping :
                program.getBeansOfType(RequestMappingInfoHandlerMapping.class).values()) {
            mapping.getHandlerMethods().forEach((info, handler) -> {
                Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
                for (String pattern : info.getPatternValues()) {
                    if (methods.isEmpty()) {
                        all.put("ANY " + pattern, handler);
                    }
                    methods.forEach(method -> all.put(method + " " + pattern, handler));
                }
            });
        }
        return all;
    }

    private static Optional<Access.Need> need(HandlerMethod handler) {
        return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Access.class))
                .or(() -> Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Access.class)))
                .map(Access::value);
    }

    private static List<String> names(List<Entry> entries) {
        return entries.stream().map(Entry::route).toList();
    }

    private static List<Entry> having(List<Entry> entries, Whose whose) {
        List<Entry> some =
                entries.stream().filter(entry -> entry.whose() == whose).toList();
        assertThat(some).isNotEmpty();
        return some;
    }

    private static Entry entry(List<Entry> entries, String route) {
        return entries.stream()
                .filter(entry -> entry.route().equals(route))
                .findFirst()
                .orElseThrow(() -> new AssertionError(route + " is not in RouteBook"));
    }
}
