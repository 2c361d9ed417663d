package io.souk.identity.web;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;

/** Tells requests of programs on this machine from those that a proxy on it passes on. */
final class ThisMachine {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]", "0:0:0:0:0:0:0:1");

    private ThisMachine() {}

    /**
     * Whether the connection itself comes from loopback, to a loopback name, and the request bears no header of a proxy.
     * What a header claims of the caller's address is not believed.
     */
    static boolean sent(HttpServletRequest request) {
        ServletRequest bare = request;
        while (bare instanceof ServletRequestWrapper wrapper) {
            bare = wrapper.getRequest();
        }
        return bare instanceof HttpServletRequest received
                && isLoopback(received.getRemoteAddr())
                && NAMES.contains(received.getServerName().toLowerCase(Locale.ROOT))
                && Collections.list(received.getHeaderNames()).stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .noneMatch(name -> name.startsWith("x-forwarded")
                                || name.equals("forwarded")
                                || name.equals("via")
                                || name.equals("x-real-ip"));
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
