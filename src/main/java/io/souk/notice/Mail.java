package io.souk.notice;

import java.time.Instant;
import java.util.UUID;

/** A mail in the outbox. @param body plain text */
record Mail(UUID id, String recipient, String subject, String body, Instant createdAt, int tries) {}
