package io.souk.gateway.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Any damage to a journal, and any payload in a frame that is whole: the reader never fails otherwise than it says, hands
 * out no call twice, and none that was not written.
 */
public final class JournalFuzz {
    private static final int CALLS = 6;

    private JournalFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 4) {
            return;
        }
        try {
            Path root = Files.createTempDirectory("souk-journal-fuzz");
            try {
                if ((data[0] & 1) == 0) {
                    damaged(root, data);
                } else {
                    odd(root, data);
                }
            } finally {
                DeadJournal.delete(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of the file are overwritten, three of the input for each: where, and with what. */
    private static void damaged(Path root, byte[] data) throws IOException {
        try (DeadJournal dead = new DeadJournal(root, HASTY)) {
            for (int i = 0; i < CALLS; i++) {
                UUID call = Records.call(i);
                dead.write(Records.open(call), Records.attempt(call), Records.checkpoint(call, 5));
                if (i % 3 != 2) {
                    dead.write(Records.close(call));
                }
                if (i == 1) {
                    dead.mark();
                }
                if (i == 3) {
                    dead.nextSegment();
                }
            }
            for (Path segment : DeadJournal.list(dead.directory())) {
                if (Format.firstOf(segment.getFileName().toString()) >= 0) {
                    byte[] bytes = Files.readAllBytes(segment);
                    for (int i = 1; i + 2 < data.length; i += 3) {
                        int at = ((data[i] & 0xff) << 8 | data[i + 1] & 0xff) % bytes.length;
                        bytes[at] = data[i + 2];
                    }
                    Files.write(segment, bytes);
                }
            }
        }
        Set<UUID> known = new HashSet<>();
        for (int i = 0; i < CALLS; i++) {
            known.add(Records.call(i));
        }
        recover(root, known, true);
    }

    /** A frame whose checksum is right and whose payload is the input's. */
    private static void odd(Path root, byte[] data) throws IOException {
        try (DeadJournal dead = new DeadJournal(root, HASTY)) {
            dead.write(Records.open(Records.call(1)), Records.close(Records.call(1)));
            int payload = data.length - 2;
            ByteBuffer frame = ByteBuffer.allocate(Format.FRAME_BYTES + payload);
            frame.position(Format.FRAME_BYTES);
            frame.put(data, 2, payload);
            Format.sealFrame(frame, frame.duplicate(), new CRC32C(), 0, (byte) (data[1] & 0x7f));
            Files.write(dead.segment(), Files.readAllBytes(dead.segment()), StandardOpenOption.TRUNCATE_EXISTING);
            try (var channel = java.nio.channels.FileChannel.open(dead.segment(), StandardOpenOption.WRITE)) {
                channel.write(frame.flip(), Format.HEADER_BYTES + dead.end());
            }
        }
        recover(root, Set.of(Records.call(1)), false);
    }

    private static void recover(Path root, Set<UUID> known, boolean onlyThose) throws IOException {
        RecoveryReport report = Recovery.recover(root, call -> InterruptedCharge.NOTHING, HASTY);
        if (!report.alive().isEmpty()
                || report.recovered().size() + report.refused().size() != 1) {
            throw new AssertionError("recovered is " + report);
        }
        for (RecoveredJournal recovered : report.recovered()) {
            Set<UUID> drained = new HashSet<>();
            try (recovered;
                    Drain drain = recovered.drain(0)) {
                for (DrainBatch batch = drain.next(100); batch.to() > batch.from(); batch = drain.next(100)) {
                    for (FinishedCall call : batch.calls()) {
                        if (!drained.add(call.open().callId())) {
                            throw new AssertionError("handed out twice: " + call);
                        }
                        if (onlyThose
                                && (!known.contains(call.open().callId())
                                        || !call.open()
                                                .equals(Records.open(call.open().callId())))) {
                            throw new AssertionError("never written: " + call);
                        }
                    }
                }
            }
            if (!onlyThose && !drained.containsAll(known)) {
                throw new AssertionError("a call before an odd frame is gone: " + drained);
            }
        }
    }

    private static final FaultyDisk HASTY = new FaultyDisk();

    static {
        HASTY.hasty = true;
    }
}
