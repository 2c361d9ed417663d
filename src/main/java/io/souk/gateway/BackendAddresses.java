package io.souk.gateway;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Looks backends' names up, off the event loops, and lets only allowed addresses through. */
interface BackendAddresses {
    /** The one address to connect to, or null if the name has none or stands for one that is not allowed. */
    @Nullable
    InetSocketAddress resolve(URI baseUrl);

    /** Whether the host is a name, which may stand for another address tomorrow. */
    boolean mayMove(URI baseUrl);
}
