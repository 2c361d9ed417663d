package io.souk.tenancy;

/** A client that was just made. @param secret can be read here and never again */
public record CreatedApiClient(ApiClientView client, String secret) {
    @Override
    public String toString() {
        return "CreatedApiClient[" + client.clientId() + "]";
    }
}
