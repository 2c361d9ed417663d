package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The writes that a journal makes, so that a test can make them fail. */
interface Disk {
    /** An open file that is written at given places. */
    interface Output extends AutoCloseable {
        /** Writes all that remains in the buffer. */
        void write(ByteBuffer bytes, long at) throws IOException;

        /** Returns when the bytes are on the device. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A new empty file; one that stood there is emptied. */
    Output create(Path file) throws IOException;

    /** A file that exists. */
    Output open(Path file) throws IOException;

    /** Gives a file its final name, replacing what had it, and forces the directory. */
    void rename(Path from, Path to) throws IOException;

    Disk REAL = new Disk() {
        @Override
        public Output create(Path file) throws IOException {
            return output(FileChannel.open(
                    file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING));
        }

        @Override
        public Output open(Path file) throws IOException {
            return output(FileChannel.open(file, StandardOpenOption.WRITE));
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(parentOf(to), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    };

    private static Path parentOf(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("has no directory: " + file);
        }
        return parent;
    }

    private static Output output(FileChannel channel) {
        return new Output() {
            @Override
            public void write(ByteBuffer bytes, long at) throws IOException {
                long to = at;
                while (bytes.hasRemaining()) {
                    to += channel.write(bytes, to);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
