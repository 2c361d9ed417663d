package io.souk.local;

import org.jspecify.annotations.Nullable;

/** The local mode cannot start, for a reason that a person can do something about; the message is the whole answer. */
public class LocalModeRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LocalModeRefused(String reason) {
        super(reason);
    }

    public LocalModeRefused(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
