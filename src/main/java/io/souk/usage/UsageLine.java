package io.souk.usage;

/**
 * What calls came to, put together by day, offer, key or project.
 *
 * @param id the day as {@code 2026-11-24}, or the UUID of the offer, key or project; empty for a total
 * @param calls how many calls ended, {@code failed} of them not completely
 * @param input input tokens of every class
 * @param output output and reasoning tokens
 * @param other audio and image tokens
 * @param chargeNanos what was charged, in 1e-9 of the currency
 */
public record UsageLine(
        String id, String currency, long calls, long failed, long input, long output, long other, long chargeNanos) {
    public long tokens() {
        return Math.addExact(Math.addExact(input, output), other);
    }
}
