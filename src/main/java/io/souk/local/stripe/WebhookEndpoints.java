package io.souk.local.stripe;

import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.WebhookEndpointListParams;
import com.stripe.param.WebhookEndpointRetrieveParams;
import com.stripe.param.WebhookEndpointUpdateParams;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Who is told of events; only addresses on this machine. */
final class WebhookEndpoints {
    static final String TYPE = "webhook_endpoint";

    private final Records records;

    WebhookEndpoints(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/webhook_endpoints", WebhookEndpointCreateParams.class, this::create),
                Route.get("/v1/webhook_endpoints", WebhookEndpointListParams.class, call -> records.list(TYPE, call)),
                Route.get(
                        "/v1/webhook_endpoints/{}",
                        WebhookEndpointRetrieveParams.class,
                        call -> records.get(TYPE, call.id())),
                Route.post("/v1/webhook_endpoints/{}", WebhookEndpointUpdateParams.class, this::update),
                Route.delete("/v1/webhook_endpoints/{}", Object.class, this::delete));
    }

    private ObjectNode create(Call call) {
        Form form = call.form();
        ObjectNode endpoint = records.blank(TYPE);
        endpoint.put("url", loopback(form.need("url")));
        if (form.texts("enabled_events").isEmpty()) {
            throw Refusal.parameterMissing("enabled_events");
        }
        String version = form.text("api_version").orElse(Records.API_VERSION);
        if (!version.endsWith(".dahlia")) {
            throw Refusal.invalid(
                    null,
                    "The local Stripe sends events of its own version only, " + Records.API_VERSION + ".",
                    "api_version");
        }
        endpoint.put("api_version", version);
        form.copy(endpoint, "enabled_events", "description");
        form.mergeMetadata(endpoint);
        String secret = "whsec_" + Records.random(32);
        endpoint.put("_secret", secret);
        records.save(endpoint);
        ObjectNode shown = endpoint.deepCopy();
        shown.put("secret", secret);
        return shown;
    }

    private ObjectNode update(Call call) {
        ObjectNode endpoint = records.get(TYPE, call.id());
        Form form = call.form();
        form.text("url").ifPresent(url -> endpoint.put("url", loopback(url)));
        form.copy(endpoint, "enabled_events", "description");
        form.mergeMetadata(endpoint);
        if (form.has("disabled")) {
            endpoint.put("status", form.flag("disabled") ? "disabled" : "enabled");
        }
        records.save(endpoint);
        return endpoint;
    }

    private ObjectNode delete(Call call) {
        ObjectNode endpoint = records.get(TYPE, call.id());
        records.store()
                .jdbc()
                .sql("update local_stripe.deliveries set next_attempt_at = null, last_outcome = 'endpoint deleted' "
                        + "where endpoint = :endpoint and delivered_at is null")
                .param("endpoint", call.id())
                .update();
        records.store().delete(call.id());
        return Records.deleted(endpoint);
    }

    private static String loopback(String url) {
        String problem = problem(url);
        if (problem != null) {
            throw Refusal.invalid("url_invalid", "Invalid URL: " + problem, "url");
        }
        return url;
    }

    /** The local Stripe's events go nowhere but to this machine. */
    private static @Nullable String problem(String url) {
        try {
            URI uri = URI.create(url);
            String host = uri.getHost();
            if (host == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return "it must begin with http:// or https:// and name a host.";
            }
            boolean here = host.equals("localhost")
                    || host.matches("[0-9.]+|\\[.*]")
                            && InetAddress.getByName(host).isLoopbackAddress();
            return here ? null : "simulated events are sent to addresses on this machine only, such as 127.0.0.1.";
        } catch (IllegalArgumentException | UnknownHostException e) {
            return "it cannot be read.";
        }
    }
}
