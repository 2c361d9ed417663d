package io.souk.supply;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where backends may be, and how they are probed.
 *
 * @param allowedNetworks CIDR blocks of private or loopback addresses that backends may have, as {@code 10.1.0.0/16};
 *     public addresses need no entry, link-local and metadata addresses are refused in any case
 * @param probeInterval from the end of one round of probes to the next
 * @param probeDeadline a probe must be answered within this time
 * @param probesAtOnce probes that run at the same time
 * @param testDeadline a live test of a model must be answered within this time
 * @param trust a PEM file with certificates to trust beside the public ones; empty for none
 */
@Validated
@ConfigurationProperties("souk.supply")
record SupplyProperties(
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue("1s") @DurationMin(millis = 1) Duration probeInterval,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration probeDeadline,
        @DefaultValue("32") @Min(1) @Max(1000) int probesAtOnce,
        @DefaultValue("60s") @DurationMin(millis = 1) Duration testDeadline,
        @DefaultValue("") String trust) {}
