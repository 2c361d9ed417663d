package io.souk.local;

/**
 * What somebody needs to use an installation in local mode; also the exact content of {@code local.json}.
 *
 * @param portal the portal's origin
 * @param gateway the gateway's origin, without {@code /v1}
 * @param models the house models' origin
 * @param mailbox the page that shows the mail which was sent
 * @param apiKey a key of the demo customer's organisation
 */
record LocalFacts(
        String portal, String gateway, String models, String mailbox, Login admin, Login customer, String apiKey) {
    /** How somebody signs in. */
    record Login(String email, String password) {}
}
