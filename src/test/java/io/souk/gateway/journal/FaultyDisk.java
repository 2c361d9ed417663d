package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A disk whose writes and forces fail, or wait, when told. */
final class FaultyDisk implements Disk {
    /** Fails the next so many writes of records; zeros that are written ahead are left alone. */
    volatile int failingWrites;
    /** Writes of records that succeed before all fail. */
    volatile int writesBeforeFailure = Integer.MAX_VALUE;
    /** Fails the next so many forces. */
    volatile int failingForces;
    /** Does not wait for the device, for tests that recover thousands of journals. */
    volatile boolean hasty;
    /** Refuses new files. */
    volatile boolean noNewFiles;
    /** Refuses to make any file longer. */
    volatile boolean full;
    /** A write waits for a permit. */
    final Semaphore writes = new Semaphore(Integer.MAX_VALUE);

    @Override
    public Output create(Path file) throws IOException {
        if (noNewFiles) {
            throw new IOException("no new file on this disk");
        }
        return faulty(REAL.create(file), 0);
    }

    @Override
    public Output open(Path file) throws IOException {
        return faulty(REAL.open(file), Files.size(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        if (hasty) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            REAL.rename(from, to);
        }
    }

    private Output faulty(Output real, long size) {
        return new Output() {
            private long length = size;

            @Override
            public void write(ByteBuffer bytes, long at) throws IOException {
                boolean ahead = bytes.remaining() < 4 || bytes.getInt(bytes.position()) == 0;
                if (full && at + bytes.remaining() > length) {
                    throw new IOException("no space left on this disk");
                }
                length = Math.max(length, at + bytes.remaining());
                if (ahead) {
                    real.write(bytes, at);
                    return;
                }
                try {
                    if (!writes.tryAcquire(10, TimeUnit.SECONDS)) {
                        throw new IOException("the test held the disk too long");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                writes.release();
                writesBeforeFailure--;
                if (failingWrites > 0 || writesBeforeFailure < 0) {
                    failingWrites--;
                    // half of it arrives, as on a real disk
                    real.write(bytes.limit(bytes.position() + bytes.remaining() / 2), at);
                    throw new IOException("this write failed");
                }
                real.write(bytes, at);
            }

            @Override
            public void force() throws IOException {
                if (failingForces > 0) {
                    failingForces--;
                    throw new IOException("this force failed");
                }
                if (!hasty) {
                    real.force();
                }
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }
}
