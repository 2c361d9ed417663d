package io.souk.gateway.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive lock on a journal's directory: whoever holds it owns the journal, and a process that dies lets go of it.
 *
 * <p>POSIX drops a process's lock as soon as the process closes any descriptor of the file, so a second look at a lock
 * that this very process holds would lose it. The set of journals held here keeps us from looking.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String NAME = "lock";
    private static final Set<UUID> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final UUID journalId;
    private final FileChannel channel;

    private DirectoryLock(UUID journalId, FileChannel channel) {
        this.journalId = journalId;
        this.channel = channel;
    }

    /** Makes the lock file of a new journal and holds it. */
    static DirectoryLock create(Path directory, UUID journalId) throws IOException {
        Files.createFile(directory.resolve(NAME));
        DirectoryLock lock = tryHold(directory, journalId);
        if (lock == null) {
            throw new IOException("another process holds the lock of the new journal " + directory);
        }
        return lock;
    }

    /** The lock, or null when its owner lives or the directory has just gone. */
    static @Nullable DirectoryLock tryHold(Path directory, UUID journalId) throws IOException {
        if (!HELD_BY_THIS_PROCESS.add(journalId)) {
            return null;
        }
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(directory.resolve(NAME), StandardOpenOption.WRITE);
            // a directory that was renamed while we waited belongs to whoever renamed it
            held = channel.tryLock() != null && Files.exists(directory.resolve(NAME));
            return held ? new DirectoryLock(journalId, channel) : null;
        } catch (NoSuchFileException e) {
            return null;
        } finally {
            if (!held) {
                if (channel != null) {
                    channel.close();
                }
                HELD_BY_THIS_PROCESS.remove(journalId);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD_BY_THIS_PROCESS.remove(journalId);
        }
    }
}
