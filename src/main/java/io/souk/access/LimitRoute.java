package io.souk.access;

import java.util.UUID;

/** A limit as gateways know it. @param subject the key, the project, the organisation or the offer */
public record LimitRoute(Scope scope, UUID subject, Limits limits) {}
