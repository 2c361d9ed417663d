package io.souk.tenancy.events;

import java.time.Instant;

/**
 * Somebody is invited to an organisation; published inside the transaction.
 *
 * @param role in words
 * @param link works once, until then
 */
public record InvitationSent(
        String email, String organisation, String invitedBy, String role, String link, Instant until) {}
