package io.souk.supply;

import java.net.UnknownHostException;

/** Every address of a host is one that must not be called. */
class AddressRefused extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private final String reason;

    AddressRefused(String host, String reason) {
        super(host);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
