/**
 * The durable journal of calls: what a call may cost is on disk before the upstream sees it, what it did cost before the
 * caller sees its end. Plain Java; the format is decided in ADR 0010.
 *
 * <p>A call passes as OPEN, ATTEMPT, EXTEND, CHECKPOINT and CLOSE through a bounded ring to one writer thread. A {@link
 * io.souk.gateway.journal.Drain} hands finished calls to settlement in the journal's order. {@link
 * io.souk.gateway.journal.Recovery} does the same for journals whose process has died.
 */
@org.jspecify.annotations.NullMarked
package io.souk.gateway.journal;
