package io.souk.models;

import io.souk.models.http.ModelsListener;
import io.souk.models.http.Routes;
import io.souk.models.inference.InferencePool;
import io.souk.models.inference.MiniLm;
import io.souk.models.inference.NativeLibraries;
import java.net.BindException;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.SmartLifecycle;

/** Loads the model beside the rest of the start and listens before anything that calls it does. */
final class ModelsServer implements SmartLifecycle, HouseModelsAddress {
    private static final Logger log = LoggerFactory.getLogger(ModelsServer.class);

    private final ModelsProperties properties;
    private final InstantSource clock;
    private @Nullable InferencePool pool;
    private volatile @Nullable ModelsListener listener;

    ModelsServer(ModelsProperties properties, InstantSource clock) {
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        if (listener != null) {
            return;
        }
        var started = new InferencePool(this::load, properties.workers(), properties.places(), properties.deadline());
        try {
            var routes = new Routes(started, clock, HouseModels.EMBEDDINGS.id(), HouseModels.SUMMARISER.id());
            listener = ModelsListener.start(properties.bind(), properties.port(), properties.credential(), routes);
            pool = started;
            warnIfOpen();
        } catch (BindException e) {
            started.close();
            throw new PortInUseException(properties.port(), e);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void warnIfOpen() {
        var credential = properties.credential();
        var loopback = properties.bind().startsWith("127.")
                || properties.bind().equals("::1")
                || properties.bind().equals("localhost");
        if ((credential == null || credential.isBlank()) && !loopback) {
            log.warn(
                    "The house models listen on {} without a credential: whoever reaches that address uses them free of"
                            + " charge. Set souk.models.credential, or bind to 127.0.0.1.",
                    properties.bind());
        }
    }

    private MiniLm load() {
        if (properties.nativeDirectory() != null) {
            NativeLibraries.keepIn(properties.nativeDirectory());
        }
        return MiniLm.load();
    }

    @Override
    public synchronized void stop() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }

    @Override
    public boolean isRunning() {
        return listener != null;
    }

    /** Starts before the web servers and the gateway, and stops after them. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 8_192;
    }

    @Override
    public URI origin() {
        var running = listener;
        if (running == null) {
            throw new IllegalStateException("The house models are not being served now");
        }
        return running.origin();
    }
}
