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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into frames and back. A payload may grow at its end in a later minor version: a reader takes the fields
 * that it knows and leaves the rest. Encoding allocates nothing, except for names that are not ASCII. Not thread-safe.
 */
final class Codec {
    /** No record of this version is longer, as a frame. */
    static final int MAX_FRAME = 6 * 1024;

    private static final int ID = 16;
    private static final int MAX_COUNTS = 2 + Long.BYTES * TokenClass.values().length;
    static final int MAX_CHECKPOINT = Format.FRAME_BYTES + ID + MAX_COUNTS + 16;
    static final int MAX_CLOSE = Format.FRAME_BYTES + ID + 8 + MAX_COUNTS + 16 + 16 + 2 + 12 + ID;

    private static final TokenClass[] CLASSES = TokenClass.values();

    private final CRC32C crc = new CRC32C();

    /** How many bytes {@link #encode} will take. */
    static int frameBytes(JournalRecord record) {
        return Format.FRAME_BYTES
                + ID
                + switch (record) {
                    case Open open ->
                        8 + 6 * ID + text(open.model()) + 3 + text(open.requestId()) + 8 + 3 + funding(open.funding());
                    case Attempt _ -> ID + 4 + 8;
                    case Extend extend -> funding(extend.added());
                    case Checkpoint checkpoint -> counts(checkpoint.counts()) + 16;
                    case Close close -> 8 + counts(close.counts()) + 16 + 16 + 2 + 12 + ID;
                };
    }

    /** Puts the record at the buffer's position; {@code view} is a duplicate of the buffer, kept by the caller. */
    void encode(JournalRecord record, ByteBuffer buffer, ByteBuffer view) {
        int start = buffer.position();
        buffer.position(start + Format.FRAME_BYTES);
        Format.putId(buffer, record.callId());
        byte type = switch (record) {
            case Open open -> putOpen(buffer, open);
            case Attempt attempt -> {
                Format.putId(buffer, attempt.backendId());
                buffer.putInt(attempt.number()).putLong(micros(attempt.at()));
                yield Format.ATTEMPT;
            }
            case Extend extend -> {
                putFunding(buffer, extend.added());
                yield Format.EXTEND;
            }
            case Checkpoint checkpoint -> {
                putCounts(buffer, checkpoint.counts());
                buffer.putLong(checkpoint.bytesRelayed()).putLong(micros(checkpoint.at()));
                yield Format.CHECKPOINT;
            }
            case Close close -> putClose(buffer, close);
        };
        Format.sealFrame(buffer, view, crc, start, type);
    }

    void encodeMark(long forced, ByteBuffer buffer, ByteBuffer view) {
        int start = buffer.position();
        buffer.position(start + Format.FRAME_BYTES);
        buffer.putLong(forced);
        Format.sealFrame(buffer, view, crc, start, Format.MARK);
    }

    void encodeEnd(int frames, ByteBuffer buffer, ByteBuffer view) {
        int start = buffer.position();
        buffer.position(start + Format.FRAME_BYTES);
        buffer.putInt(frames);
        Format.sealFrame(buffer, view, crc, start, Format.END);
    }

    /** The record in a payload whose check sum was right, or null when a later version wrote a type unknown here. */
    static @Nullable JournalRecord decode(byte type, ByteBuffer in) {
        return switch (type) {
            case Format.OPEN -> open(in);
            case Format.ATTEMPT -> new Attempt(id(in), id(in), in.getInt(), time(in));
            case Format.EXTEND -> new Extend(id(in), funding(in));
            case Format.CHECKPOINT -> new Checkpoint(id(in), counts(in), in.getLong(), time(in));
            case Format.CLOSE ->
                new Close(
                        id(in),
                        time(in),
                        counts(in),
                        new PicoAmount(in.getLong(), in.getLong()),
                        in.getLong(),
                        in.getLong(),
                        CallReason.ofCode(in.get()),
                        CountSource.ofCode(in.get()),
                        in.getInt(),
                        in.getInt(),
                        in.getInt(),
                        id(in));
            default -> null;
        };
    }

    private static byte putOpen(ByteBuffer out, Open open) {
        out.putLong(micros(open.startedAt()));
        Format.putId(out, open.tenantId());
        Format.putId(out, open.projectId());
        Format.putId(out, open.keyId());
        Format.putId(out, open.offerId());
        Format.putId(out, open.subscriptionId());
        Format.putId(out, open.priceVersionId());
        putText(out, open.model());
        out.put(open.dialect()).put(open.operation()).put((byte) (open.stream() ? 1 : 0));
        putText(out, open.requestId());
        out.putLong(open.heldNanos());
        for (int i = 0; i < 3; i++) {
            out.put((byte) open.currency().charAt(i));
        }
        putFunding(out, open.funding());
        return Format.OPEN;
    }

    private static Open open(ByteBuffer in) {
        return new Open(
                id(in),
                time(in),
                id(in),
                id(in),
                id(in),
                id(in),
                id(in),
                id(in),
                text(in),
                in.get(),
                in.get(),
                in.get() != 0,
                text(in),
                in.getLong(),
                string(in, 3),
                funding(in));
    }

    private static byte putClose(ByteBuffer out, Close close) {
        out.putLong(micros(close.endedAt()));
        putCounts(out, close.counts());
        out.putLong(close.cost().high()).putLong(close.cost().low());
        out.putLong(close.chargeNanos()).putLong(close.absorbedNanos());
        out.put(close.reason().code()).put(close.source().code());
        out.putInt(close.status()).putInt(close.firstByteMillis()).putInt(close.totalMillis());
        Format.putId(out, close.backendId());
        return Format.CLOSE;
    }

    // A bit per class that is not zero, then those counts: an ordinary call has two or three.
    private static void putCounts(ByteBuffer out, TokenCounts counts) {
        int at = out.position();
        int present = 0;
        out.position(at + 2);
        for (int i = 0; i < CLASSES.length; i++) {
            long count = counts.get(CLASSES[i]);
            if (count != 0) {
                present |= 1 << i;
                out.putLong(count);
            }
        }
        out.putShort(at, (short) present);
    }

    private static TokenCounts counts(ByteBuffer in) {
        int present = Short.toUnsignedInt(in.getShort());
        TokenCounts counts = TokenCounts.NONE;
        for (int i = 0; present >>> i != 0; i++) {
            if ((present >>> i & 1) != 0) {
                counts = counts.with(TokenClass.ofCode((byte) i), in.getLong());
            }
        }
        return counts;
    }

    private static int counts(TokenCounts counts) {
        int bytes = 2;
        for (TokenClass tokenClass : CLASSES) {
            bytes += counts.get(tokenClass) == 0 ? 0 : Long.BYTES;
        }
        return bytes;
    }

    private static void putFunding(ByteBuffer out, List<Funding> funding) {
        out.putShort((short) funding.size());
        for (int i = 0; i < funding.size(); i++) {
            Format.putId(out, funding.get(i).counterId());
            out.put(funding.get(i).kind().code());
            out.putLong(funding.get(i).heldNanos());
        }
    }

    private static List<Funding> funding(ByteBuffer in) {
        int size = Short.toUnsignedInt(in.getShort());
        List<Funding> funding = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            funding.add(new Funding(id(in), FundingKind.ofCode(in.get()), in.getLong()));
        }
        return funding;
    }

    private static int funding(List<Funding> funding) {
        return 2 + funding.size() * (ID + 1 + Long.BYTES);
    }

    private static void putText(ByteBuffer out, String text) {
        if (!isAscii(text)) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) bytes.length).put(bytes);
            return;
        }
        out.putShort((short) text.length());
        for (int i = 0; i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }

    private static String text(ByteBuffer in) {
        return string(in, Short.toUnsignedInt(in.getShort()));
    }

    private static int text(String text) {
        return 2 + (isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String string(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static UUID id(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    private static Instant time(ByteBuffer in) {
        long micros = in.getLong();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }
}
