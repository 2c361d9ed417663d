/**
 * What is told of calls beside their charge: metrics with OpenTelemetry's names for generative AI, and a line in the log.
 * None of it is money: what cannot be kept up with is dropped and counted.
 */
@NullMarked
package io.souk.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
