package io.souk.tenancy.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.souk.support.SoukTest;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management API's document, for those who make a client of it. */
@SoukTest
class ApiDocumentTests {
    @Autowired
    ApplicationContext program;

    private JsonNode document;

    @BeforeEach
    void read() {
        Visitor visitor = new Cast(program).visitor();
        HttpRequest.Builder request = HttpRequest.newBuilder(visitor.at("/api/openapi.json"));
        document = JsonMapper.builder().build().readTree(visitor.send(request).body());
    }

    @Test
    void theDocumentSaysWhatMayBeNullAndWhatIsAlwaysThere() {
        PromisedSchemas schemas = new PromisedSchemas(document);
        assertThat(schemas.nullable("KeyAnswer")).containsExactlyInAnyOrder("expiresAt", "revokedAt", "secret");
        assertThat(schemas.required("KeyAnswer"))
                .containsExactlyInAnyOrder(
                        "id", "name", "projectId", "start", "state", "createdAt", "expiresAt", "revokedAt", "secret");
        assertThat(schemas.nullable("SubscriptionAnswer")).containsExactly("endedAt");
        assertThat(schemas.nullable("Line")).containsExactly("name");
        assertThat(schemas.nullable("ModelAnswer")).containsExactlyInAnyOrder("prices", "nextPrices");
        assertThat(schemas.nullable("Limits")).containsExactlyInAnyOrder("contextTokens", "maxOutputTokens");
        assertThat(schemas.nullable("ApiPageKeyAnswer")).containsExactly("next");
        assertThat(schemas.required("ApiPageKeyAnswer")).containsExactlyInAnyOrder("data", "next");
        assertThat(schemas.required("KeyRequest")).containsExactly("name");
        assertThat(schemas.nullable("KeyRequest")).containsExactlyInAnyOrder("projectId", "expiresAt");
        assertThat(schemas.required("SubscriptionRequest")).containsExactly("model");
        document.path("components")
                .path("schemas")
                .propertyStream()
                .forEach(schema -> assertThat(schemas.required(schema.getKey()))
                        .as(schema.getKey())
                        .isNotEmpty());
    }

    @Test
    void theDocumentNamesEveryOperationOnceAndClearly() {
        List<String> names = new ArrayList<>();
        document.path("paths")
                .propertyStream()
                .forEach(path -> path.getValue().propertyStream().forEach(operation -> {
                    names.add(operation.getValue().path("operationId").asString(""));
                    operation.getValue().path("parameters").valueStream().forEach(parameter -> {
                        if (parameter.path("name").asString().equals("limit")) {
                            JsonNode schema = parameter.path("schema");
                            assertThat(PromisedSchemas.allows(schema, "integer"))
                                    .as(path.getKey())
                                    .isTrue();
                            assertThat(schema.path("minimum").asInt()).isEqualTo(1);
                            assertThat(schema.path("maximum").asInt()).isEqualTo(200);
                            assertThat(schema.path("default").asInt()).isEqualTo(50);
                        }
                    });
                }));
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "getOrganisation",
                        "listProjects",
                        "listModels",
                        "getModel",
                        "listSubscriptions",
                        "getSubscription",
                        "subscribe",
                        "endSubscription",
                        "listKeys",
                        "getKey",
                        "createKey",
                        "revokeKey",
                        "getUsage",
                        "listCalls",
                        "getCall",
                        "getBalance");
    }
}
