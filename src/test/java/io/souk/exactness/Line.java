package io.souk.exactness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback port that stays the same while what stands behind it is killed and comes back elsewhere. */
final class Line implements AutoCloseable {
    private final ServerSocket entrance;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;

    Line() {
        try {
            entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** From now on leads to this port; to nowhere if zero. Connections through it break. */
    void to(int port) {
        target = port;
        open.forEach(Line::quietly);
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket caller = entrance.accept();
                threads.execute(() -> join(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket caller) {
        int port = target;
        open.add(caller);
        try (caller;
                Socket called = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(called);
            called.setTcpNoDelay(true);
            caller.setTcpNoDelay(true);
            threads.execute(() -> pump(called, caller));
            pump(caller, called);
            open.remove(called);
        } catch (IOException | IllegalArgumentException nobodyThere) {
            // the caller finds its connection closed
        } finally {
            open.remove(caller);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[16 * 1024];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                out.write(piece, 0, n);
            }
        } catch (IOException broken) {
            // both ends are closed below
        }
        quietly(from);
        quietly(to);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // nothing is left to close
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Line::quietly);
        threads.shutdownNow();
    }
}
