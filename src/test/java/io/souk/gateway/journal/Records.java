package io.souk.gateway.journal;

import io.souk.gateway.journal.JournalRecord.Attempt;
import io.souk.gateway.journal.JournalRecord.Checkpoint;
import io.souk.gateway.journal.JournalRecord.Close;
import io.souk.gateway.journal.JournalRecord.Extend;
import io.souk.gateway.journal.JournalRecord.Open;
import io.souk.kernel.CallReason;
import io.souk.kernel.CountSource;
import io.souk.kernel.FundingKind;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Records for the journal's tests; everything but the call's id follows from a number. */
final class Records {
    static final Instant START = Instant.parse("2026-01-02T03:04:05.123456Z");

    private Records() {}

    static UUID call(long number) {
        return new UUID(0xca11, number);
    }

    static Open open(UUID call) {
        return new Open(
                call,
                START,
                new UUID(1, 1),
                JournalRecord.NIL,
                new UUID(1, 2),
                new UUID(1, 3),
                new UUID(1, 4),
                new UUID(1, 5),
                "house/embed-small",
                (byte) 1,
                (byte) 2,
                true,
                "req-" + call,
                1_000_000,
                "EUR",
                List.of(
                        new Funding(new UUID(1, 6), FundingKind.MONEY, 400_000),
                        new Funding(new UUID(1, 7), FundingKind.MONEY, 600_000),
                        new Funding(new UUID(1, 8), FundingKind.CAP, 1_000_000)));
    }

    static Attempt attempt(UUID call) {
        return new Attempt(call, new UUID(2, 1), 1, START.plusMillis(1));
    }

    static Extend extend(UUID call) {
        return new Extend(call, List.of(new Funding(new UUID(1, 6), FundingKind.MONEY, 50_000)));
    }

    static Checkpoint checkpoint(UUID call, long output) {
        return new Checkpoint(call, TokenCounts.of(10, output), 4 * output, START.plusMillis(500 + output));
    }

    static Close close(UUID call) {
        return new Close(
                call,
                START.plusSeconds(2),
                TokenCounts.of(10, 20),
                PicoAmount.of(123_456_789_000L),
                123_456_789,
                0,
                CallReason.COMPLETED,
                CountSource.PROVIDER,
                200,
                150,
                2_000,
                new UUID(2, 1));
    }

    /** Any record at all, long names and many counters included. */
    static JournalRecord any(Random random) {
        UUID call = new UUID(random.nextLong(), random.nextLong());
        Instant at = Instant.ofEpochSecond(random.nextLong(-1_000_000L, 9_000_000_000L), random.nextInt(1_000_000_000));
        return switch (random.nextInt(5)) {
            case 0 ->
                new Open(
                        call,
                        at,
                        id(random),
                        id(random),
                        id(random),
                        id(random),
                        id(random),
                        id(random),
                        text(random, JournalRecord.MAX_MODEL),
                        (byte) random.nextInt(),
                        (byte) random.nextInt(),
                        random.nextBoolean(),
                        text(random, JournalRecord.MAX_REQUEST_ID),
                        random.nextLong(Long.MAX_VALUE),
                        "USD",
                        funding(random));
            case 1 -> new Attempt(call, id(random), random.nextInt(), at);
            case 2 -> new Extend(call, funding(random));
            case 3 -> new Checkpoint(call, counts(random), random.nextLong(Long.MAX_VALUE), at);
            default ->
                new Close(
                        call,
                        at,
                        counts(random),
                        new PicoAmount(random.nextLong(), random.nextLong()),
                        random.nextLong(Long.MAX_VALUE),
                        random.nextLong(Long.MAX_VALUE),
                        CallReason.values()[random.nextInt(CallReason.values().length)],
                        CountSource.values()[random.nextInt(CountSource.values().length)],
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        id(random));
        };
    }

    private static UUID id(Random random) {
        return random.nextInt(4) == 0 ? JournalRecord.NIL : new UUID(random.nextLong(), random.nextLong());
    }

    private static TokenCounts counts(Random random) {
        TokenCounts counts = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            counts = random.nextBoolean() ? counts.with(tokenClass, random.nextLong(Long.MAX_VALUE)) : counts;
        }
        return counts;
    }

    private static List<Funding> funding(Random random) {
        List<Funding> funding = new ArrayList<>();
        for (int i = random.nextInt(JournalRecord.MAX_FUNDING + 1); i > 0; i--) {
            funding.add(new Funding(
                    id(random),
                    random.nextBoolean() ? FundingKind.MONEY : FundingKind.CAP,
                    random.nextLong(Long.MAX_VALUE)));
        }
        return funding;
    }

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        boolean ascii = random.nextBoolean();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append((char) (ascii ? random.nextInt(' ', 127) : random.nextInt(0x100, 0xd800)));
        }
        return text.toString();
    }
}
