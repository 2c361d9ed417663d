package io.souk.supply;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Asks backends over HTTP for probes and live tests. It looks names up by the {@link AddressRule} only, so that it
 * cannot connect to an address that was not checked; it follows no redirect, keeps no cookie and repeats nothing.
 */
class BackendCalls implements AutoCloseable {
    private static final int MOST_BYTES = 2 * 1024 * 1024;
    private static final int SHORTEST_SECRET = 8;
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** What came of a request. */
    sealed interface Reply {}

    /**
     * The server answered.
     *
     * @param text the body, at most two megabytes of it, without the credential that was sent
     * @param firstByte from the request to the head of the answer
     * @param total from the request to its end
     */
    record Answered(int status, String contentType, String text, Duration firstByte, Duration total) implements Reply {
        boolean isHtml() {
            return contentType.contains("text/html") || text.stripLeading().startsWith("<");
        }
    }

    /** It did not, for the reason that the sentence tells. */
    record Unanswered(String reason) implements Reply {}

    private final AddressRule rule;
    private final CloseableHttpClient client;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("backend-deadlines").factory());

    BackendCalls(AddressRule rule, SupplyProperties properties) {
        this.rule = rule;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedNames(rule))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(Trust.context(properties.trust())))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(CONNECT))
                                .build())
                        .setMaxConnTotal(properties.probesAtOnce() + 16)
                        .setMaxConnPerRoute(16)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setUserAgent("souk")
                .build();
    }

    Reply get(URI baseUrl, String path, @Nullable String credential, Duration deadline) {
        return send(HttpGet::new, baseUrl, path, credential, deadline);
    }

    Reply post(URI baseUrl, String path, @Nullable String credential, String json, Duration deadline) {
        return send(
                address -> {
                    HttpPost post = new HttpPost(address);
                    post.setEntity(
                            new ByteArrayEntity(json.getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON));
                    return post;
                },
                baseUrl,
                path,
                credential,
                deadline);
    }

    /** @param method makes the request, once the rule has let its address pass: some cannot even be made one of */
    private Reply send(
            Function<String, HttpUriRequestBase> method,
            URI baseUrl,
            String path,
            @Nullable String credential,
            Duration deadline) {
        if (rule.check(baseUrl) instanceof AddressRule.Refused(String reason)) {
            return new Unanswered(reason);
        }
        HttpUriRequestBase request = method.apply(baseUrl + path);
        if (credential != null) {
            request.setHeader("Authorization", "Bearer " + credential);
        }
        request.setHeader("Accept", "application/json, text/event-stream");
        request.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(deadline))
                .setConnectionRequestTimeout(Timeout.of(deadline))
                .build());
        AtomicBoolean late = new AtomicBoolean();
        long begun = System.nanoTime();
        Future<?> end = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.abort();
                },
                deadline.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return client.execute(request, response -> answered(response, credential, begun));
        } catch (IOException | RuntimeException failure) {
            return new Unanswered(late.get() ? tooLate(deadline) : reason(failure, baseUrl, deadline));
        } finally {
            end.cancel(false);
        }
    }

    private static Answered answered(ClassicHttpResponse response, @Nullable String credential, long begun)
            throws IOException {
        Duration firstByte = Duration.ofNanos(System.nanoTime() - begun);
        String text = "";
        String type = "";
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            type = entity.getContentType() == null ? "" : entity.getContentType();
            try (InputStream in = entity.getContent()) {
                text = masked(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8), credential);
                if (in.read() >= 0) {
                    throw new IOException("the answer is larger than " + MOST_BYTES / 1024 / 1024 + " MB");
                }
            }
        }
        return new Answered(response.getCode(), type, text, firstByte, Duration.ofNanos(System.nanoTime() - begun));
    }

    /** What a server says may be shown to admins, and may repeat what it was sent; a word of a few letters is no secret. */
    private static String masked(String text, @Nullable String credential) {
        if (credential == null || credential.isEmpty()) {
            return text;
        }
        String sought = credential.length() < SHORTEST_SECRET ? "Bearer " + credential : credential;
        return text.replace(sought, "*".repeat(sought.length()));
    }

    private static String tooLate(Duration deadline) {
        return "The server did not finish its answer within " + seconds(deadline) + ". Check that it runs and is not "
                + "overloaded.";
    }

    private static String reason(Exception failure, URI baseUrl, Duration deadline) {
        return switch (failure) {
            case AddressRefused refused -> refused.reason();
            case UnknownHostException unknown ->
                "The name \"" + baseUrl.getHost() + "\" could not be resolved. Check its spelling.";
            case ConnectTimeoutException slow ->
                "Nothing accepted a connection at " + place(baseUrl) + " within " + seconds(CONNECT)
                        + ". A firewall may be in between.";
            case ConnectException refused ->
                "Nothing listens at " + place(baseUrl) + ". Check the port, and that the server runs.";
            case SSLException tls -> tls(tls, baseUrl);
            case SocketTimeoutException slow -> tooLate(deadline);
            case InterruptedIOException interrupted -> tooLate(deadline);
            case NoHttpResponseException none ->
                "The server at " + place(baseUrl) + " closed the connection without an answer."
                        + (baseUrl.getScheme().equals("http") ? " It may speak https:// only." : "");
            default -> "The answer broke off or is no HTTP: " + failure.getMessage() + ".";
        };
    }

    private static String tls(SSLException failure, URI baseUrl) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("plaintext") || message.contains("Unsupported or unrecognized SSL message")) {
            return "The server at " + place(baseUrl) + " speaks plain HTTP. Write the address with http://.";
        }
        if (message.contains("PKIX") || message.contains("unable to find valid certification path")) {
            return "The certificate of " + place(baseUrl)
                    + " is signed by nobody that this machine trusts. For a server "
                    + "of your own, put its certificate (PEM) into a file and name that in souk.gateway.trust.";
        }
        if (message.contains("No subject alternative")
                || message.contains("doesn't match")
                || message.contains("No name matching")) {
            return "The certificate of " + place(baseUrl) + " is for another name. Use the name that it is for.";
        }
        return "No secure connection to " + place(baseUrl) + " came about: " + message + ".";
    }

    private static String place(URI uri) {
        return uri.getRawAuthority();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " seconds"
                : duration.toMillis() + " milliseconds";
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }

    private record CheckedNames(AddressRule rule) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return rule.addresses(host).toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
