import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Everything that stands for a run: the mock backend, nginx and Souk before it, and the books that are kept of it. */
final class Stage implements AutoCloseable {
    private static final long STANDSTILL_NANOS = 20_000_000_000L;

    /** Whom a call is sent to. */
    enum Target {
        DIRECT,
        NGINX,
        SOUK
    }

    /**
     * One run of the load.
     *
     * @param own seconds of CPU of the process in the middle (of nginx: of all its processes), until the backlog is drained
     * @param all the same with PostgreSQL and every other process that works for it
     * @param foreign cores that others took meanwhile
     * @param backlog calls that were not settled when the load ended
     * @param drainSeconds how long it then took until all were
     */
    record Run(
            Map<String, Double> load, double own, double all, double foreign, long backlog, double drainSeconds) {
        double get(String name) {
            return load.get(name);
        }

        double ownPerCall() {
            return own * 1e6 / get("calls");
        }

        double allPerCall() {
            return all * 1e6 / get("calls");
        }
    }

    final Options options;
    final Upstream upstream;
    final Nginx nginx;
    final List<String> problems = new ArrayList<>();
    private final Path load;
    private final Path token;
    private final Path keys;
    private final int gatewayPort = freePort();
    private final int portalPort = freePort();
    private final int modelsPort = freePort();
    private Souk souk;
    /** Calls of Souk that the backend saw: each must be settled, once. */
    private long seen;
    /** Calls that were put on record and cost nothing, because they were refused; there are none in a good run. */
    private long unused;

    Stage(Options options) throws Exception {
        this.options = options;
        Path folder = options.folder();
        load = folder.resolve("load");
        token = folder.resolve("token");
        keys = folder.resolve("keys");
        Files.writeString(token, Upstream.TOKEN + "\n");
        upstream = new Upstream(folder.resolve("upstream"), freePort());
        nginx = new Nginx(folder.resolve("nginx"), freePort(), upstream);
        souk = start(List.of());
        awaitDemoCalls();
        souk.database.publish(upstream);
        Files.write(keys, souk.database.customers(options.organisations(), options.keys(), 1_000_000_000_000_000L));
        awaitAdmission();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Souk start(List<String> settings) throws Exception {
        return new Souk(
                options.java(),
                options.jar(),
                options.folder().resolve("data"),
                options.jvm(),
                gatewayPort,
                portalPort,
                modelsPort,
                settings);
    }

    /** The first start makes calls of its own for a demo; they would be in the way. */
    private void awaitDemoCalls() throws Exception {
        long before = -1;
        for (int i = 0; i < 60; i++) {
            long now = souk.database.number("select count(*) from usage.calls");
            if (now > 0 && now == before && souk.database.isRolledUp()) {
                return;
            }
            before = now;
            Thread.sleep(1_500);
        }
        throw new IllegalStateException("the demo calls of the first start did not end");
    }

    /** Keys that were made just now are known when calls with them are answered. */
    private void awaitAdmission() throws Exception {
        for (int i = 0; i < 20; i++) {
            long before = upstream.calls();
            Map<String, Double> tried = client(Target.SOUK).connections(4).seconds(0.3).run();
            seen += upstream.calls() - before;
            if (tried.get("errors") == 0) {
                awaitDrained();
                return;
            }
            Thread.sleep(1_000);
        }
        throw new IllegalStateException("Souk does not answer calls with the new keys:\n" + souk.output());
    }

    Souk souk() {
        return souk;
    }

    long seen() {
        return seen;
    }

    /** The load client, aimed. */
    Load client(Target target) {
        return client(target, keys);
    }

    Load client(Target target, Path tokens) {
        return switch (target) {
            case DIRECT -> new Load(load, upstream.port, token);
            case NGINX -> new Load(load, nginx.port, token);
            case SOUK -> new Load(load, souk.port, tokens);
        };
    }

    double cpu(Target target) {
        return switch (target) {
            case DIRECT -> upstream.cpu();
            case NGINX -> nginx.cpu();
            case SOUK -> souk.cpu();
        };
    }

    double cpuOfAll(Target target) {
        return target == Target.SOUK ? souk.cpuOfAll() : cpu(target);
    }

    /** CPU of everything that this bench started, itself included. */
    private double ours() {
        return upstream.cpu()
                + nginx.cpu()
                + souk.cpuOfAll()
                + Processes.own(ProcessHandle.current().pid());
    }

    /** Runs a load against a target and waits until everything that it caused is settled. */
    Run measure(Target target, UnaryOperator<Load> shape) throws Exception {
        return measure(target, client(target), shape);
    }

    Run measure(Target target, Load aimed, UnaryOperator<Load> shape) throws Exception {
        long callsBefore = upstream.calls();
        double machine = Processes.machine();
        double ours = ours();
        double own = cpu(target);
        double all = cpuOfAll(target);
        long begin = System.nanoTime();
        Map<String, Double> numbers = shape.apply(aimed).run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double foreign = Processes.machine() - machine - (ours() - ours) - numbers.get("cpu");
        long calls = upstream.calls() - callsBefore;
        long backlog = 0;
        double drainSeconds = 0;
        if (target == Target.SOUK) {
            seen += calls;
            long drainBegin = System.nanoTime();
            backlog = Math.max(0, seen + unused - souk.database.settled());
            awaitSettled();
            drainSeconds = (System.nanoTime() - drainBegin) / 1e9;
            awaitRolledUp();
        }
        Run run = new Run(
                numbers, cpu(target) - own, cpuOfAll(target) - all, Math.max(0, foreign / seconds), backlog, drainSeconds);
        check(target, run, calls);
        return run;
    }

    private void check(Target target, Run run, long calls) throws Exception {
        if (run.get("errors") > 0) {
            problems.add(target + ": " + (long) run.get("errors") + " of " + (long) run.get("calls") + " calls failed ("
                    + (long) run.get("non_200") + " not 200, " + (long) run.get("short") + " short streams, "
                    + (long) run.get("broken") + " broken, " + (long) run.get("unfinished") + " unfinished)");
        }
        if (run.get("errors") == 0 && calls != (long) run.get("calls")) {
            problems.add(target + ": the backend saw " + calls + " calls of " + (long) run.get("calls"));
        }
        if (upstream.stats().get("bad_auth") > 0) {
            problems.add("the backend saw calls without its token");
        }
    }

    /** A run that is watched from outside has its calls counted here when it is over. */
    void count(long calls) throws Exception {
        seen += calls;
        awaitDrained();
    }

    void awaitDrained() throws Exception {
        awaitSettled();
        awaitRolledUp();
    }

    /** What is done with settled calls belongs to their price too. */
    private void awaitRolledUp() throws Exception {
        long begin = System.nanoTime();
        while (!souk.database.isRolledUp()) {
            if (System.nanoTime() - begin > STANDSTILL_NANOS) {
                problems.add("settled calls are not rolled up");
                return;
            }
            Thread.sleep(100);
        }
    }

    private void awaitSettled() throws Exception {
        long movedAt = System.nanoTime();
        long before = -1;
        while (true) {
            long settled = souk.database.settled() - unused;
            if (settled > seen) {
                unused = souk.database.unused();
                settled = souk.database.settled() - unused;
            }
            if (settled == seen) {
                return;
            }
            if (settled != before) {
                before = settled;
                movedAt = System.nanoTime();
            }
            if (System.nanoTime() - movedAt > STANDSTILL_NANOS || settled > seen) {
                problems.add("settled are " + settled + " calls, the backend saw " + seen);
                seen = settled;
                return;
            }
            Thread.sleep(100);
        }
    }

    /** Stops Souk and starts it on the same data. */
    void restart(List<String> settings) throws Exception {
        souk.close();
        souk = start(settings);
        awaitAdmission();
    }

    /** Kills Souk and starts it on the same data; what it had not settled it settles while it starts. */
    void killAndStart() throws Exception {
        souk.kill();
        souk = start(List.of());
    }

    void audit() throws Exception {
        problems.addAll(souk.database.problems(seen));
    }

    @Override
    public void close() throws Exception {
        souk.close();
    }
}
