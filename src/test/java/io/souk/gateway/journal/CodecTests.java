package io.souk.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.souk.kernel.FundingKind;
import io.souk.kernel.TokenClass;
import io.souk.kernel.TokenCounts;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CodecTests {
    private final Codec codec = new Codec();

    @Test
    void readsBackEveryRecordAndStatesItsSizeBeforehand() {
        Random random = new Random(20260101);
        for (int i = 0; i < 20_000; i++) {
            JournalRecord record = Records.any(random);
            ByteBuffer frame = frame(record);
            assertThat(frame.remaining()).isEqualTo(Codec.frameBytes(record)).isLessThanOrEqualTo(Codec.MAX_FRAME);
            assertThat(payload(frame, record)).isEqualTo(record);
        }
    }

    @Test
    void keepsTheLongestPromisedRecordsWithinWhatIsPromised() {
        TokenCounts all = TokenCounts.NONE;
        for (TokenClass tokenClass : TokenClass.values()) {
            all = all.with(tokenClass, 1);
        }
        JournalRecord.Close close = Records.close(Records.call(1));
        JournalRecord longest = new JournalRecord.Close(
                close.callId(),
                close.endedAt(),
                all,
                close.cost(),
                0,
                0,
                close.reason(),
                close.source(),
                0,
                0,
                0,
                close.backendId());
        assertThat(Codec.frameBytes(longest)).isEqualTo(Codec.MAX_CLOSE);
        assertThat(Codec.frameBytes(new JournalRecord.Checkpoint(Records.call(1), all, 1, Records.START)))
                .isEqualTo(Codec.MAX_CHECKPOINT);
    }

    @Test
    void takesWhatItKnowsFromPayloadThatGrew() {
        JournalRecord record = Records.attempt(Records.call(7));
        ByteBuffer frame = frame(record);
        ByteBuffer longer =
                ByteBuffer.allocate(frame.remaining() + 5).put(frame).clear();
        assertThat(Codec.decode(Format.ATTEMPT, longer.position(Format.FRAME_BYTES)))
                .isEqualTo(record);
    }

    @Test
    void passesOverTypesThatCameLater() {
        assertThat(Codec.decode((byte) 0x30, ByteBuffer.allocate(12))).isNull();
    }

    /** These bytes are on customers' disks: a change here is a new format version. */
    @Test
    void writesTheBytesOfFormatOne() {
        ByteBuffer frame = frame(Records.checkpoint(new UUID(1, 2), 3));
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("00000032" + "b4c4e38e" + "04" + "00000000000000010000000000000002" + "0011"
                        + "000000000000000a" + "0000000000000003" + "000000000000000c" + "0006475ef6568258");
    }

    /** So are these: which counters pay, and which only limit. */
    @Test
    void writesFundingWithItsKind() {
        ByteBuffer frame = frame(new JournalRecord.Extend(
                new UUID(1, 2),
                List.of(
                        new Funding(new UUID(3, 4), FundingKind.MONEY, 5),
                        new Funding(new UUID(6, 7), FundingKind.CAP, 5))));
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes).substring(16))
                .isEqualTo("03" + "00000000000000010000000000000002" + "0002"
                        + "00000000000000030000000000000004" + "00" + "0000000000000005"
                        + "00000000000000060000000000000007" + "01" + "0000000000000005");
    }

    @Test
    void refusesVersionThatItDoesNotKnowInPlainWords() {
        ByteBuffer header = Format.header(Format.SEGMENT_MAGIC, new UUID(1, 2), 0, 0);
        header.putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, Format.HEADER_BYTES - 4);
        header.putInt(Format.HEADER_BYTES - 4, (int) crc.getValue());
        assertThatThrownBy(() -> Format.readHeader(header, Format.SEGMENT_MAGIC))
                .isInstanceOf(JournalFormatUnknown.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("start the version of Souk that wrote it");
    }

    @Test
    void keepsCostsOfThirtyEightDigits() {
        BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
        for (BigInteger value : List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                BigInteger.ONE.negate(),
                most,
                most.negate(),
                BigInteger.ONE.shiftLeft(63),
                BigInteger.ONE.shiftLeft(64))) {
            assertThat(PicoAmount.of(value).toBigInteger()).isEqualTo(value);
        }
        assertThat(PicoAmount.of(-5).toBigInteger()).isEqualTo(BigInteger.valueOf(-5));
        assertThatThrownBy(() -> PicoAmount.of(BigInteger.ONE.shiftLeft(127))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void refusesRecordsThatWouldNotFit() {
        UUID call = Records.call(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JournalRecord.Extend(
                        call, Collections.nCopies(65, new Funding(new UUID(1, 1), FundingKind.MONEY, 1))))
                .withMessageContaining("at most 64");
        assertThatIllegalArgumentException().isThrownBy(() -> new Funding(call, FundingKind.CAP, -1));
    }

    private ByteBuffer frame(JournalRecord record) {
        ByteBuffer buffer = ByteBuffer.allocate(Codec.MAX_FRAME);
        codec.encode(record, buffer, buffer.duplicate());
        return buffer.flip();
    }

    private static JournalRecord payload(ByteBuffer frame, JournalRecord like) {
        byte type = frame.get(8);
        assertThat(type).isBetween(Format.OPEN, Format.CLOSE);
        JournalRecord record = Codec.decode(type, frame.duplicate().position(Format.FRAME_BYTES));
        if (record == null) {
            throw new AssertionError("does not know the type of " + like);
        }
        return record;
    }
}
