package io.souk.gateway.journal;

import java.math.BigInteger;

/**
 * An exact amount in pico-units of currency (1e-12) as a signed integer of 128 bits, wide enough for 38 digits.
 *
 * @param high the upper 64 bits, with the sign
 * @param low the lower 64 bits, unsigned
 */
public record PicoAmount(long high, long low) {
    public static final PicoAmount ZERO = new PicoAmount(0, 0);

    public static PicoAmount of(long pico) {
        return new PicoAmount(pico >> 63, pico);
    }

    /** The same number; one that needs more than 128 bits is an {@link ArithmeticException}. */
    public static PicoAmount of(BigInteger pico) {
        if (pico.bitLength() > 127) {
            throw new ArithmeticException("does not fit 128 bits: " + pico);
        }
        return new PicoAmount(pico.shiftRight(64).longValue(), pico.longValue());
    }

    public BigInteger toBigInteger() {
        BigInteger lower = BigInteger.valueOf(low);
        return BigInteger.valueOf(high).shiftLeft(64).add(low < 0 ? lower.add(BigInteger.ONE.shiftLeft(64)) : lower);
    }

    @Override
    public String toString() {
        return toBigInteger().toString();
    }
}
