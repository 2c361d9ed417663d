package io.souk.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import redis.embedded.RedisServer;

/** A real Redis on loopback that keeps nothing, started from a jar; can be stopped and started again on its port. */
public final class TestRedis implements AutoCloseable {
    private final int port = FreePorts.next();
    private RedisServer server;

    public TestRedis() {
        server = started();
    }

    private RedisServer started() {
        try {
            RedisServer made = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a gateway is given as {@code SOUK_REDIS_URL}. */
    public URI url() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    /** Starts it again after {@link #close}, empty. */
    public void startAgain() {
        server = started();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
