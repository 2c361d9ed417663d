package io.souk.gateway.dialect;

/** The bytes are no JSON object; the message says where and why, in words for whoever sent them. */
public final class MalformedJson extends RuntimeException {
    public MalformedJson(String message) {
        super(message, null, false, false);
    }
}
