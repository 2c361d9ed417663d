package io.souk.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder of everything that outlives the process; one process at a time holds it. */
class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    DataFolder(Path folder) {
        path = folder.toAbsolutePath().normalize();
        Path lockFile = path.resolve("lock");
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(
                    lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new LocalModeRefused("The data folder " + path + " cannot be written ("
                    + e.getClass().getSimpleName()
                    + "). Make it writable for this user, or name another with SOUK_DATA.");
        }
        lock(lockFile);
    }

    private void lock(Path lockFile) {
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String owner = Files.readString(lockFile).strip();
                throw inUse(owner.isEmpty() ? "" : " (process " + owner + ")");
            }
            channel.truncate(0);
            channel.write(java.nio.ByteBuffer.wrap(
                    Long.toString(ProcessHandle.current().pid()).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        } catch (OverlappingFileLockException e) {
            throw inUse(" (this very process)");
        } catch (IOException e) {
            throw new LocalModeRefused("The data folder " + path + " cannot be locked: " + e.getMessage(), e);
        }
    }

    private LocalModeRefused inUse(String owner) {
        return new LocalModeRefused("The data folder " + path + " is in use by another running Souk" + owner
                + ". Stop that one, or name another folder with SOUK_DATA.");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
