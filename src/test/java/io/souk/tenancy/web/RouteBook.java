package io.souk.tenancy.web;

import io.souk.platform.Access.Need;
import io.souk.tenancy.web.RouteBook.Entry.Sent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Whose each route is, one line for each. A route of the running program that is not here fails {@link
 * RouteIsolationTests}; so does one whose line says something else than its handler's annotation.
 *
 * <p>A new route: {@link #anyone} shows nothing of an organisation; {@link #link} is for whoever holds an unguessable
 * address; {@link #person} is about the person who is signed in; {@link #member} is about the organisation of the session
 * and has no id; {@link #owned} has an id of something that an organisation has, which {@link Belongings} gives; {@link
 * #named} takes such an id in a field or a parameter without being about it; {@link #admin} is for who runs this Souk;
 * {@link #machine} is for programs on this machine; {@link #program}, {@link #programOwned} and {@link #programNamed} are
 * the same as member, owned and named for a program with a token; {@link #programShared} has an id of something that is
 * everybody's.
 */
final class RouteBook {
    static final List<Entry> PORTAL = List.of(
            // the shell
            anyone("GET /"),
            anyone("GET /docs"),
            anyone("GET /docs/charges"),
            anyone("GET /docs/api"),
            anyone("GET /theme"),
            member("GET /overview"),
            anyone("ANY /error"),
            anyone("GET /actuator"),
            anyone("GET /actuator/health"),
            anyone("GET /actuator/health/**"),
            machine("GET /actuator/prometheus"),
            anyone("GET /api/openapi.json"),
            anyone("GET /api/openapi.json.yaml"),
            // people
            anyone("GET /sign-in"),
            anyone("POST /sign-in"),
            anyone("GET /sign-up"),
            anyone("POST /sign-up"),
            anyone("GET /sign-up/sent"),
            anyone("GET /forgot-password"),
            anyone("POST /forgot-password"),
            link("GET /reset-password"),
            link("POST /reset-password"),
            link("GET /verify"),
            link("POST /verify"),
            anyone("POST /verify/again"),
            person("GET /account"),
            person("POST /account/name"),
            person("POST /account/password"),
            person("POST /account/sessions/end"),
            // organisations
            link("GET /invitations/{token}"),
            link("POST /invitations/{token}/accept"),
            link("POST /invitations/{token}/join"),
            person("GET /organisation/new"),
            person("POST /organisation/new"),
            owned("POST /organisation/switch", a -> field("organisation", a.tenant.toString())),
            member("GET /organisation"),
            member("POST /organisation/name"),
            member("POST /organisation/invitations"),
            member("POST /organisation/projects"),
            owned(
                    "POST /organisation/members/{accountId}/role",
                    a -> id(a.member()).and("role", "BILLING")),
            owned("POST /organisation/members/{accountId}/remove", a -> id(a.member())),
            owned("POST /organisation/invitations/{id}/revoke", a -> id(a.invitation())),
            member("GET /organisation/clients"),
            member("POST /organisation/clients"),
            owned(
                    "POST /organisation/clients/{id}/revoke",
                    a -> id(a.client().client().id().toString())),
            // keys
            member("GET /keys"),
            member("GET /keys/new"),
            named(
                    "POST /keys",
                    a -> field("project", a.project.toString())
                            .and("name", "Taken")
                            .and("expiry", "90")),
            owned("POST /keys/{id}/revoke", a -> id(a.key())),
            owned("GET /keys/{id}", a -> id(a.key())),
            owned("POST /keys/{id}/limits", a -> id(a.key()).and("requests", "1000")),
            owned(
                    "POST /keys/{id}/budgets",
                    a -> id(a.key()).and("amount", "5").and("period", "DAY").and("end", "refuse")),
            owned("GET /projects/{id}", a -> id(a.project.toString())),
            owned("POST /projects/{id}/limits", a -> id(a.project.toString()).and("requests", "1000")),
            owned(
                    "POST /projects/{id}/budgets",
                    a -> id(a.project.toString())
                            .and("amount", "5")
                            .and("period", "MONTH")
                            .and("end", "tell")),
            member("GET /organisation/budgets"),
            member("POST /organisation/budgets"),
            owned("POST /budgets/{id}/remove", a -> id(a.budget())),
            // the market: models are everybody's, who is subscribed is not
            anyone("GET /models"),
            anyone("GET /models/{*name}"),
            named("POST /try", a -> field("offer", a.chat.id().toString()).and("input", "Hello")),
            named("POST /sample-key", a -> field("offer", a.chat.id().toString())),
            member("POST /subscriptions"),
            owned("POST /subscriptions/{offer}/end", a -> id(a.chat.id().toString())),
            // usage
            named("GET /usage", a -> field("project", a.project.toString())),
            named(
                    "GET /usage/calls",
                    a -> field("project", a.project.toString()).and("key", a.any("usage.calls", "key_id"))),
            named(
                    "GET /usage/calls.csv",
                    a -> field("project", a.project.toString()).and("key", a.any("usage.calls", "key_id"))),
            owned("GET /usage/calls/{id}", a -> id(a.any("usage.calls", "call_id"))),
            // money
            member("GET /billing"),
            member("GET /billing/statement.csv"),
            member("GET /billing/receipts"),
            owned("GET /billing/receipts/{number}", a -> id(a.any("billing.receipts", "number"))),
            member("GET /billing/top-up"),
            member("POST /billing/top-ups"),
            owned("GET /billing/top-ups/{id}", a -> id(a.any("billing.top_ups", "id"))),
            owned("GET /billing/top-ups/{id}/cancelled", a -> id(a.any("billing.top_ups", "id"))),
            owned("POST /billing/top-ups/{id}/cancel", a -> id(a.any("billing.top_ups", "id"))),
            // signed by Stripe, and read anew from Stripe
            link("POST /webhooks/stripe"),
            // programs
            program("GET /api/v1/organisation"),
            program("GET /api/v1/projects"),
            program("GET /api/v1/balance"),
            program("GET /api/v1/models"),
            programShared("GET /api/v1/models/{id}", a -> id(a.chat.id().toString())),
            program("GET /api/v1/subscriptions"),
            program("POST /api/v1/subscriptions"),
            programOwned("GET /api/v1/subscriptions/{id}", a -> id(a.any("subscriptions.subscriptions", "id"))),
            programOwned("DELETE /api/v1/subscriptions/{id}", a -> id(a.any("subscriptions.subscriptions", "id"))),
            program("GET /api/v1/keys"),
            programNamed(
                    "POST /api/v1/keys",
                    a -> field("projectId", a.project.toString()).and("name", "Taken")),
            programOwned("GET /api/v1/keys/{id}", a -> id(a.key())),
            programOwned("DELETE /api/v1/keys/{id}", a -> id(a.key())),
            programNamed("GET /api/v1/usage", a -> field("project", a.project.toString())),
            programNamed("GET /api/v1/calls", a -> field("key", a.any("usage.calls", "key_id"))),
            programOwned("GET /api/v1/calls/{id}", a -> id(a.any("usage.calls", "call_id"))),
            // who runs this Souk
            admin("GET /admin/organisations/{id}/limits"),
            admin("POST /admin/organisations/{id}/limits"),
            admin("GET /admin/models/{id}/limits"),
            admin("POST /admin/models/{id}/limits"),
            admin("GET /admin/organisations/{organisation}/credit"),
            admin("POST /admin/organisations/{organisation}/credit"),
            admin("GET /admin/models"),
            admin("GET /admin/models/new"),
            admin("POST /admin/models"),
            admin("GET /admin/models/{id}"),
            admin("GET /admin/models/{id}/task"),
            admin("POST /admin/models/{id}/task"),
            admin("GET /admin/models/{id}/card"),
            admin("POST /admin/models/{id}/card"),
            admin("GET /admin/models/{id}/price"),
            admin("POST /admin/models/{id}/price"),
            admin("GET /admin/models/{id}/backends"),
            admin("POST /admin/models/{id}/backends"),
            admin("GET /admin/models/{id}/backends/{backend}"),
            admin("POST /admin/models/{id}/backends/{backend}"),
            admin("POST /admin/models/{id}/backends/{backend}/remove"),
            admin("GET /admin/models/{id}/test"),
            admin("POST /admin/models/{id}/test"),
            admin("GET /admin/models/{id}/review"),
            admin("POST /admin/models/{id}/publish"),
            admin("POST /admin/models/{id}/withdraw"),
            admin("GET /admin/backends"),
            admin("GET /admin/people"),
            admin("GET /admin/calls"),
            admin("GET /admin/calls/{id}"),
            admin("GET /admin/organisations"),
            admin("GET /admin/organisations/{id}"),
            admin("GET /admin/organisations/{id}/billing"),
            admin("POST /admin/organisations/{id}/billing/approve"),
            admin("POST /admin/organisations/{id}/billing/withdraw"),
            admin("GET /admin/journals"),
            admin("POST /admin/journals/{id}/lost"),
            admin("GET /admin/local-stripe"),
            admin("POST /admin/local-stripe/clock"),
            // stand-ins of the local mode, on loopback only: whoever reaches them is on this machine
            anyone("GET /local/mailbox"),
            link("GET /local/mailbox/{id}"),
            link("GET /local/stripe/checkout/{id}"),
            link("POST /local/stripe/checkout/{id}"),
            link("POST /local/stripe/checkout/{id}/authentication"),
            link("ANY /local/stripe/v1/**"),
            link("ANY /local/stripe/v2/**"),
            link("POST /local/stripe/control/{action}"));

    /** What the gateway serves: with a key, for the key's organisation. */
    static final List<Entry> GATEWAY = List.of(
            anyone("GET /health"),
            program("GET /v1/models"),
            programOwned("GET /v1/models/{id}", a -> id(a.chat.model())),
            programOwned(
                    "POST /v1/chat/completions",
                    a -> json("{\"model\":\"" + a.chat.model()
                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")),
            programOwned(
                    "POST /v1/embeddings",
                    a -> json("{\"model\":\"" + a.embeddings.model() + "\",\"input\":\"Hello\"}")));

    /** Filters of Spring Security that answer by themselves, before any route: what they serve is of a person or a client. */
    static final Set<String> ANSWERING_FILTERS = Set.of(
            "LogoutFilter",
            "OAuth2AuthorizationEndpointFilter",
            "OAuth2AuthorizationServerMetadataEndpointFilter",
            "OAuth2DeviceAuthorizationEndpointFilter",
            "OAuth2DeviceVerificationEndpointFilter",
            "OAuth2PushedAuthorizationRequestEndpointFilter",
            "OAuth2TokenEndpointFilter",
            "OAuth2TokenIntrospectionEndpointFilter",
            "OAuth2TokenRevocationEndpointFilter",
            "OAuth2AuthorizationRequestRedirectFilter",
            "OAuth2LoginAuthenticationFilter",
            "OidcLogoutEndpointFilter",
            "OidcProviderConfigurationEndpointFilter",
            "OidcUserInfoEndpointFilter",
            "NimbusJwkSetEndpointFilter");

    private RouteBook() {}

    /** Whose a route is, and what its handler must say of who may call it. */
    enum Whose {
        ANYONE(Need.ANYONE),
        LINK(Need.ANYONE),
        MACHINE,
        PERSON(Need.SIGNED_IN),
        MEMBER(Need.MEMBER, Need.OWNER, Need.BILLING, Need.DEVELOPER),
        OWNED(Need.MEMBER, Need.OWNER, Need.BILLING, Need.DEVELOPER, Need.SIGNED_IN),
        NAMED(Need.MEMBER, Need.OWNER, Need.BILLING, Need.DEVELOPER),
        ADMIN(Need.PLATFORM_ADMIN),
        PROGRAM(Need.API_CLIENT),
        PROGRAM_OWNED(Need.API_CLIENT),
        PROGRAM_NAMED(Need.API_CLIENT),
        PROGRAM_SHARED(Need.API_CLIENT);

        final Set<Need> needs;

        Whose(Need... needs) {
            this.needs = Set.of(needs);
        }
    }

    /** @param route method (or ANY), a space, and the pattern as it is mapped */
    record Entry(String route, Whose whose, Function<Belongings, Sent> sent) {
        /** What is sent to the route: an id in its address, fields of a form or a query, or a body of JSON. */
        record Sent(String id, Map<String, String> fields, String json) {
            Sent and(String field, String value) {
                Map<String, String> all = new java.util.HashMap<>(fields);
                all.put(field, value);
                return new Sent(id, Map.copyOf(all), json);
            }
        }

        String method() {
            return route.substring(0, route.indexOf(' '));
        }

        /** The address, with {@code id} in the place of its one variable. */
        String path(String id) {
            return route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]+}", id);
        }

        boolean hasId() {
            return route.contains("{");
        }
    }

    static Entry anyone(String route) {
        return new Entry(route, Whose.ANYONE, _ -> NOTHING);
    }

    static Entry link(String route) {
        return new Entry(route, Whose.LINK, _ -> NOTHING);
    }

    static Entry machine(String route) {
        return new Entry(route, Whose.MACHINE, _ -> NOTHING);
    }

    static Entry person(String route) {
        return new Entry(route, Whose.PERSON, _ -> NOTHING);
    }

    static Entry member(String route) {
        return new Entry(route, Whose.MEMBER, _ -> NOTHING);
    }

    static Entry owned(String route, Function<Belongings, Sent> sent) {
        return new Entry(route, Whose.OWNED, sent);
    }

    static Entry named(String route, Function<Belongings, Sent> sent) {
        return new Entry(route, Whose.NAMED, sent);
    }

    static Entry admin(String route) {
        return new Entry(route, Whose.ADMIN, _ -> NOTHING);
    }

    static Entry program(String route) {
        return new Entry(route, Whose.PROGRAM, _ -> NOTHING);
    }

    static Entry programOwned(String route, Function<Belongings, Sent> sent) {
        return new Entry(route, Whose.PROGRAM_OWNED, sent);
    }

    static Entry programNamed(String route, Function<Belongings, Sent> sent) {
        return new Entry(route, Whose.PROGRAM_NAMED, sent);
    }

    static Entry programShared(String route, Function<Belongings, Sent> sent) {
        return new Entry(route, Whose.PROGRAM_SHARED, sent);
    }

    private static final Sent NOTHING = new Sent("", Map.of(), "");

    private static Sent id(String id) {
        return new Sent(id, Map.of(), "");
    }

    private static Sent field(String name, String value) {
        return new Sent("", Map.of(name, value), "");
    }

    private static Sent json(String body) {
        return new Sent("", Map.of(), body);
    }
}
