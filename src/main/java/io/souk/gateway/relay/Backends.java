package io.souk.gateway.relay;

import io.souk.gateway.GatewayProperties;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections to backends, pooled for one event loop. */
public final class Backends {
    /** Many servers close an idle connection after five seconds; ours must be gone before. */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final int SOCKET_BUFFER = 64 * 1024;

    private final HttpClientAgent client;
    private final Set<HttpConnection> used = Collections.newSetFromMap(new WeakHashMap<>());
    private final long connectMillis;

    /** @param loops how many event loops share the number of calls that may wait */
    public Backends(Vertx vertx, GatewayProperties properties, @Nullable TrustOptions trust, int loops) {
        connectMillis = properties.connectTimeout().toMillis();
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
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setMaxHeaderSize(32 * 1024)
                .setVerifyHost(true)
                .setDecompressionSupported(false);
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(properties.maxConnections())
                .setMaxWaitQueueSize(Math.ceilDiv(properties.maxWaiting(), loops));
        client = vertx.createHttpClient(options, pool);
    }

    /** Whether an earlier call has used the connection: the backend may have closed it just now. Asked once per call. */
    boolean isReused(HttpConnection connection) {
        return !used.add(connection);
    }

    /** A POST to the route's checked address, once there is a connection; nothing is sent yet. */
    Future<HttpClientRequest> post(Route route, String path) {
        return client.request(new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(route.address()))
                .setHost(route.host())
                .setPort(route.address().getPort())
                .setSsl(route.tls())
                .setConnectTimeout(connectMillis)
                .setURI(route.basePath() + path));
    }
}
