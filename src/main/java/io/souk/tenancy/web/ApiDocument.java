package io.souk.tenancy.web;

import io.souk.platform.Faults;
import io.souk.platform.PortalAddress;
import io.souk.platform.ProblemType;
import io.souk.platform.Refuses;
import io.souk.tenancy.ApiClients;
import io.souk.tenancy.CurrentClient;
import io.souk.tenancy.access.ApiScope;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.OAuthFlow;
import io.swagger.v3.oas.models.security.OAuthFlows;
import io.swagger.v3.oas.models.security.Scopes;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;

/**
 * The document of the management API. Paths, parameters and schemas are read from the handlers themselves; what is true
 * of every handler (who may call it, how it refuses) is added here, so that no handler has to repeat it.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocument {
    private static final String SCHEME = "client";
    private static final String PROBLEM = "Problem";

    @Bean
    OpenAPI managementApi(PortalAddress portal) {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(CurrentClient.class);
        Scopes scopes = new Scopes();
        ApiClients.SCOPES.forEach(scopes::addString);
        return new OpenAPI()
                .info(new Info()
                        .title("Souk management API")
                        .version("1")
                        .description("What an organisation's people do in the console, for its programs. A program is a"
                                + " client of its organisation and gets a token by its id and secret. Lists come"
                                + " in pages: send next as cursor for the following one. Amounts of money are"
                                + " exact decimals in strings. Refusals are application/problem+json with a stable"
                                + " type; an id of another organisation is unknown here. What is not listed today"
                                + " may be added to answers, so ignore members that you do not know."))
                .servers(List.of(new Server().url(portal.page(""))))
                .components(new Components()
                        .addSecuritySchemes(
                                SCHEME,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.OAUTH2)
                                        .flows(new OAuthFlows()
                                                .clientCredentials(new OAuthFlow()
                                                        .tokenUrl(portal.page("/oauth2/token"))
                                                        .scopes(scopes)))));
    }

    /** Here, because what is found in handlers replaces the components that were there before. */
    @Bean
    OpenApiCustomizer problemSchema() {
        return document -> document.getComponents().addSchemas(PROBLEM, problem());
    }

    private static Schema<?> problem() {
        StringSchema type = new StringSchema();
        Arrays.stream(ProblemType.values()).map(ProblemType::urn).forEach(type::addEnumItem);
        ObjectSchema fault = new ObjectSchema();
        fault.addProperty("field", new StringSchema());
        fault.addProperty("message", new StringSchema());
        fault.setRequired(List.of("field", "message"));
        ObjectSchema problem = new ObjectSchema();
        problem.addProperty("type", type.description("What went wrong; stable, so decide by it."));
        problem.addProperty("title", new StringSchema().description("The type in a few words."));
        problem.addProperty("status", new IntegerSchema().description("The HTTP status."));
        problem.addProperty("detail", new StringSchema().description("What happened, why, and what to do."));
        problem.addProperty("instance", new StringSchema().description("The path that was called."));
        problem.addProperty(
                "errors",
                new ArraySchema()
                        .items(fault)
                        .description("Each part of the request that is wrong, for the type invalid."));
        problem.setRequired(List.of("type", "title", "status", "detail"));
        return problem;
    }

    @Bean
    OperationCustomizer statedRefusals() {
        return ApiDocument::complete;
    }

    private static Operation complete(Operation operation, HandlerMethod handler) {
        ApiScope scope = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), ApiScope.class);
        if (scope == null) {
            scope = AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), ApiScope.class);
        }
        String needed = scope == null ? "" : scope.value();
        operation.setSecurity(
                List.of(new SecurityRequirement().addList(SCHEME, needed.isEmpty() ? List.of() : List.of(needed))));
        if (operation.getParameters() != null) {
            operation.getParameters().stream()
                    .filter(parameter -> "limit".equals(parameter.getName()))
                    .forEach(parameter -> parameter.setSchema(limit()));
        }
        Map<Integer, String> refusals = new TreeMap<>();
        add(refusals, ProblemType.TOKEN_MISSING, ProblemType.TOKEN_REFUSED);
        add(refusals, ProblemType.SCOPE_MISSING);
        add(refusals, ProblemType.INTERNAL);
        if (has(handler, PathVariable.class)) {
            add(refusals, ProblemType.NOT_FOUND);
        }
        if (has(handler, RequestParam.class)) {
            add(refusals, ProblemType.INVALID);
        }
        if (has(handler, RequestBody.class)) {
            add(refusals, ProblemType.INVALID, ProblemType.UNREADABLE);
            add(refusals, ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        Refuses more = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Refuses.class);
        if (more != null) {
            add(refusals, more.value());
        }
        if (needed.isEmpty()) {
            refusals.remove(ProblemType.SCOPE_MISSING.status());
        }
        refusals.forEach((status, words) -> operation
                .getResponses()
                .addApiResponse(
                        status.toString(),
                        new ApiResponse()
                                .description(words)
                                .content(new Content()
                                        .addMediaType(
                                                "application/problem+json",
                                                new MediaType()
                                                        .schema(new Schema<>()
                                                                .$ref("#/components/schemas/" + PROBLEM))))));
        return operation;
    }

    /** Handlers read it as text, so as to tell what is wrong with it beside all else that is. */
    private static Schema<?> limit() {
        Schema<Object> limit = new Schema<>();
        limit.setTypes(Set.of("integer"));
        limit.setMinimum(BigDecimal.ONE);
        limit.setMaximum(BigDecimal.valueOf(Faults.MOST_LIMIT));
        limit.setDefault(Faults.USUAL_LIMIT);
        return limit;
    }

    private static void add(Map<Integer, String> refusals, ProblemType... types) {
        refusals.putAll(Arrays.stream(types)
                .collect(Collectors.groupingBy(
                        ProblemType::status,
                        TreeMap::new,
                        Collectors.mapping(type -> type.title() + " (" + type.urn() + ")", Collectors.joining("; ")))));
    }

    private static boolean has(HandlerMethod handler, Class<? extends java.lang.annotation.Annotation> annotation) {
        return Arrays.stream(handler.getMethodParameters())
                .anyMatch(parameter -> parameter.hasParameterAnnotation(annotation));
    }
}
