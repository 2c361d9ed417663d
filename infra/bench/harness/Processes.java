import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What processes have used of the cores, in seconds, as the kernel accounts it. One tick is 10 ms. */
final class Processes {
    private static final double TICKS_PER_SECOND = 100;
    private static final List<Process> OURS = new ArrayList<>();

    private Processes() {}

    /** Starts a program whose end is seen to. */
    static synchronized Process start(ProcessBuilder builder) throws IOException {
        if (OURS.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(Processes::endAll));
        }
        Process process = builder.start();
        OURS.add(process);
        return process;
    }

    private static synchronized void endAll() {
        OURS.forEach(Process::destroy);
        for (Process process : OURS) {
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        }
    }

    /** User and system time of one process, all its threads. */
    static double own(long pid) {
        String[] stat = stat(pid);
        return stat == null ? 0 : (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / TICKS_PER_SECOND;
    }

    /** User and system time of a process and of all that it started, directly or not, those that ended included. */
    static double tree(long pid) {
        String[] stat = stat(pid);
        if (stat == null) {
            return 0;
        }
        long ticks = 0;
        for (int field = 11; field <= 14; field++) {
            ticks += Long.parseLong(stat[field]);
        }
        double sum = ticks / TICKS_PER_SECOND;
        for (ProcessHandle child : ProcessHandle.of(pid).map(handle -> handle.children().toList()).orElse(List.of())) {
            sum += tree(child.pid());
        }
        return sum;
    }

    /** Resident memory of one process, in MiB. */
    static long residentMegabytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException gone) {
            return 0;
        }
        return 0;
    }

    /** User, nice and system time of the whole machine; interrupts are nobody's. */
    static double machine() {
        try {
            String[] cpu = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
            return (Long.parseLong(cpu[1]) + Long.parseLong(cpu[2]) + Long.parseLong(cpu[3])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields after the name, which may itself hold spaces: index 0 is the state, 11 to 14 are the times. */
    private static String[] stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException gone) {
            return null;
        }
    }
}
