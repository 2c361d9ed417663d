package io.souk.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a thread runs at a stretch when others want its core. A thread that asks for little gets it soon: since 6.12
 * Linux lets one that wakes up go before one with a longer slice, where it would else wait until that is through with its
 * own, some milliseconds. The thread's share of the cores stays what it was.
 */
public final class TimeSlice {
    /** Linux takes no less than a tenth of a millisecond. */
    public static final Duration SHORTEST = Duration.ofNanos(100_000);

    private static final int ATTRIBUTES_BYTES = 48;
    private static final int NORMAL = 0;
    private static final long NOT_FOR_THREADS_IT_STARTS = 1;
    private static final long THIS_THREAD = 0;
    private static final long SIZE = 0;
    private static final long POLICY = 4;
    private static final long FLAGS = 8;
    private static final long NANOS = 24;

    private TimeSlice() {}

    /** Whether this system can be asked at all; the first answer takes a while. */
    public static boolean isKnown() {
        return Calls.known() != null;
    }

    /**
     * Asks for this slice for the calling thread, which must be a platform thread. Threads that it starts are as any other.
     *
     * @return false where the system knows no such thing, or the thread is scheduled by other rules already
     */
    public static boolean ask(Duration slice) {
        Calls calls = Calls.known();
        if (calls == null) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            if (calls.get(attributes) != 0 || attributes.get(JAVA_INT, POLICY) != NORMAL) {
                return false;
            }
            attributes.set(JAVA_INT, SIZE, ATTRIBUTES_BYTES);
            attributes.set(JAVA_LONG, FLAGS, NOT_FOR_THREADS_IT_STARTS);
            attributes.set(JAVA_LONG, NANOS, slice.toNanos());
            return calls.set(attributes) == 0;
        }
    }

    /** What the calling thread has asked for, or is given by the system; zero where that is not known. */
    public static Duration asked() {
        Calls calls = Calls.known();
        if (calls == null) {
            return Duration.ZERO;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
            return calls.get(attributes) == 0 ? Duration.ofNanos(attributes.get(JAVA_LONG, NANOS)) : Duration.ZERO;
        }
    }

    /** {@code sched_getattr} and {@code sched_setattr}, which have no name in most C libraries. */
    private record Calls(MethodHandle syscall, long getNumber, long setNumber) {
        private static final @Nullable Calls KNOWN = find();

        static @Nullable Calls known() {
            return KNOWN;
        }

        @SuppressWarnings("restricted")
        private static @Nullable Calls find() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return null;
            }
            try {
                Linker linker = Linker.nativeLinker();
                MethodHandle syscall = linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
                return switch (System.getProperty("os.arch")) {
                    case "amd64" -> new Calls(syscall, 315, 314);
                    case "aarch64" -> new Calls(syscall, 275, 274);
                    default -> null;
                };
            } catch (RuntimeException | UnsatisfiedLinkError notAllowed) {
                return null;
            }
        }

        long get(MemorySegment attributes) {
            return call(getNumber, attributes, ATTRIBUTES_BYTES);
        }

        long set(MemorySegment attributes) {
            return call(setNumber, attributes, 0);
        }

        private long call(long number, MemorySegment attributes, long size) {
            try {
                return (long) syscall.invokeExact(number, THIS_THREAD, attributes, size, 0L);
            } catch (Throwable broken) {
                throw new IllegalStateException(broken);
            }
        }
    }
}
