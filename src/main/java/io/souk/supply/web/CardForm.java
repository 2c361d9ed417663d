package io.souk.supply.web;

import org.jspecify.annotations.Nullable;

/** The second step: what customers read. */
record CardForm(@Nullable String summary, @Nullable String card) {}
