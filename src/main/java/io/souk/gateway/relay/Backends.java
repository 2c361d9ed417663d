package io.souk.gateway.relay;

import io.souk.gateway.GatewayProperties;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.TrustOptions;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections to backends, kept for one event loop and used on it. Vert.x makes them and speaks HTTP on them; its own pool
 * looks up an origin, an endpoint and a lease for each call anew, which costs more than the request itself.
 */
public final class Backends {
    private static final int SOCKET_BUFFER = 64 * 1024;
    private static final int MOST_REMEMBERED = 10_000;
    private static final long FORGET_EVERY = TimeUnit.MINUTES.toNanos(1);

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final int mostOpen;
    private final int mostWaiting;
    private final long connectMillis;
    private final Map<Place, Lines> lines = new HashMap<>();
    private final Map<Route, Way> ways = new IdentityHashMap<>();
    private long forgottenAt = System.nanoTime();

    /** Where connections lead to. */
    record Place(InetSocketAddress address, String host, boolean tls) {}

    /** What all calls by one route have in common. */
    private record Way(Lines lines, String path, RequestOptions options) {}

    /** @param loops how many event loops share the number of calls that may wait */
    public Backends(Vertx vertx, GatewayProperties properties, @Nullable TrustOptions trust, int loops) {
        this.vertx = vertx;
        connectMillis = properties.connectTimeout().toMillis();
        mostOpen = properties.maxConnections();
        mostWaiting = Math.ceilDiv(properties.maxWaiting(), loops);
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setTcpNoDelay(true)
                .setReceiveBufferSize(SOCKET_BUFFER)
                .setSendBufferSize(SOCKET_BUFFER)
                .setConnectTimeout((int) connectMillis)
                .setSslHandshakeTimeout(connectMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(true)
                .setPipelining(false)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true)
                .setDecompressionSupported(false);
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        client = vertx.createHttpClient(options);
    }

    /**
     * Prepares a POST to the route's checked address, once there is a connection; nothing is sent yet. On the event
     * loop's thread, as is everything here.
     *
     * @param then hears of the request, or why there is none
     */
    void post(Route route, String path, Lines.Listener then) {
        Way way = ways.get(route);
        if (way == null || !way.path.equals(path)) {
            if (ways.size() >= MOST_REMEMBERED) {
                ways.clear();
            }
            way = way(route, path);
            ways.put(route, way);
        }
        way.lines.request(way.options, then);
    }

    private Way way(Route route, String path) {
        Place place = new Place(route.address(), route.host(), route.tls());
        Lines to = lines.computeIfAbsent(
                place, made -> new Lines(vertx, client, made, mostOpen, mostWaiting, connectMillis));
        return new Way(
                to,
                path,
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(route.host())
                        .setPort(route.address().getPort())
                        .setURI(route.basePath() + path));
    }

    /** Closes what has been idle for too long; called a few times a second. @param now {@link System#nanoTime()} */
    public void tick(long now) {
        lines.values().removeIf(to -> to.expire(now));
        if (now - forgottenAt > FORGET_EVERY) {
            // a route that is gone is not kept, nor is its credential
            forgottenAt = now;
            ways.clear();
        }
    }
}
