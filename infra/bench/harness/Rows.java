import static java.lang.Math.abs;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** The rows that compare with nginx: what a call costs, and how long it takes. */
final class Rows {
    private static final int CONNECTIONS = 64;
    private static final int EVENTS = 100;
    private static final long GAP_MICROS = 50_000;
    private static final double STREAM_SECONDS = EVENTS * GAP_MICROS / 1e6;

    private final Stage stage;
    private final Options options;
    private final Table table;
    private double nginxPerSecond;

    Rows(Stage stage, Table table) {
        this.stage = stage;
        this.options = stage.options;
        this.table = table;
    }

    void warmUp() throws Exception {
        double seconds = options.warmUp();
        stage.upstream.behave(EVENTS, 0);
        for (Stage.Target target : new Stage.Target[] {Stage.Target.NGINX, Stage.Target.SOUK}) {
            stage.measure(target, load -> load.connections(CONNECTIONS).seconds(seconds));
            stage.measure(target, load -> load.connections(CONNECTIONS).streams(100, EVENTS).seconds(seconds / 2));
        }
    }

    private UnaryOperator<Load> plainLoad() {
        return load -> load.connections(CONNECTIONS).seconds(options.seconds());
    }

    void plain() throws Exception {
        Rounds rounds = Rounds.run(stage, options.rounds(), plainLoad());
        perCall(rounds, "plain call, 1 KB in and out, 64 connections: gateway process's CPU per call", 3,
                Stage.Run::ownPerCall);
        perCall(rounds, "the same with PostgreSQL and settlement counted", 5, Stage.Run::allPerCall);
        double nginx = Table.median(rounds.of(Stage.Target.NGINX, run -> run.get("per_second")));
        nginxPerSecond = nginx;
        table.note("plain: " + rounds.quality()
                + Table.text("; calls per second closed loop: direct %.0f, nginx %.0f, Souk %s",
                        Table.median(rounds.of(Stage.Target.DIRECT, run -> run.get("per_second"))), nginx,
                        Table.spread("%.0f", rounds.of(Stage.Target.SOUK, run -> run.get("per_second")))));
    }

    /** How much goes through: for a while, with the drain behind it; and for good. */
    void burst() throws Exception {
        if (nginxPerSecond == 0) {
            nginxPerSecond = stage.measure(Stage.Target.NGINX, plainLoad()).get("per_second");
        }
        sustained(nginxPerSecond, burst(nginxPerSecond));
    }

    private void perCall(Rounds rounds, String figure, double most, ToDoubleFunction<Stage.Run> cpu) {
        double[] ratios = rounds.ratios(cpu);
        table.line(figure, Table.text("at most %.1f x nginx's", most), Table.median(ratios) <= most,
                Table.spread("%.1f", rounds.of(Stage.Target.SOUK, cpu)) + " µs, "
                        + Table.spread("%.2f", ratios) + " x nginx's "
                        + Table.spread("%.1f", rounds.of(Stage.Target.NGINX, cpu)));
    }

    /** The greatest of a few rates at which the backlog stands still; the first is what the burst and its drain gave. */
    private void sustained(double nginx, double first) throws Exception {
        double length = options.quick() ? 4 : 15;
        for (double part : new double[] {1, 0.85, 0.7, 0.55}) {
            double rate = first * part;
            Backlog backlog = watch(load -> load.connections(CONNECTIONS).rate(rate).seconds(length), length);
            if (backlog.stands() && backlog.perSecond > 0.97 * rate || part == 0.55) {
                boolean stands = backlog.stands() && backlog.perSecond > 0.97 * rate;
                table.line("throughput sustained with the backlog not growing", "at least 0.35 x nginx's",
                        stands && rate / nginx >= 0.35,
                        Table.text("%s%.0f calls/s, %.2f x nginx's %.0f; backlog %.0f calls, so settled %.1f s behind",
                                stands ? "" : "below ", rate, rate / nginx, nginx, backlog.late, backlog.late / rate));
                return;
            }
        }
    }

    /** @param middle calls not settled, on average of the load's middle third; @param late of its last third */
    private record Backlog(double perSecond, double rate, double middle, double late, double length) {
        boolean stands() {
            return late - middle < 0.05 * rate * length / 3;
        }
    }

    private Backlog watch(UnaryOperator<Load> shape, double length) throws Exception {
        long before = stage.upstream.calls();
        Load.Running running = shape.apply(stage.client(Stage.Target.SOUK)).start();
        long begin = System.nanoTime();
        double middle = 0;
        double late = 0;
        int middles = 0;
        int lates = 0;
        while (running.isAlive()) {
            double at = (System.nanoTime() - begin) / 1e9 / length;
            long open = stage.upstream.calls() - before + stage.seen() - stage.souk().database.settled();
            if (at > 1.0 / 3 && at <= 2.0 / 3) {
                middle += open;
                middles++;
            } else if (at > 2.0 / 3 && at <= 1) {
                late += open;
                lates++;
            }
            Thread.sleep(250);
        }
        var numbers = running.await();
        stage.count(stage.upstream.calls() - before);
        return new Backlog(numbers.get("per_second"), numbers.get("per_second"), middle / Math.max(1, middles),
                late / Math.max(1, lates), length);
    }

    /** @return calls per second with the drain's time counted too */
    private double burst(double nginx) throws Exception {
        double length = options.quick() ? 4 : 30;
        Stage.Run run = stage.measure(Stage.Target.SOUK, load -> load.connections(CONNECTIONS).seconds(length));
        table.line(Table.text("burst of %.0f s with the drain behind it", length), "at least 0.5 x nginx's",
                run.get("per_second") / nginx >= 0.5,
                Table.text("%.0f calls/s, %.2f x nginx's; %d calls in the backlog at the end, settled %.1f s later",
                        run.get("per_second"), run.get("per_second") / nginx, run.backlog(), run.drainSeconds()));
        return run.get("calls") / (run.get("seconds") + run.drainSeconds());
    }

    void latency() throws Exception {
        latency("added latency at 500 calls/s, open loop", options.rounds(), true);
    }

    private void latency(String figure, int number, boolean goal) throws Exception {
        Rounds rounds = Rounds.quiet(stage, number,
                load -> load.connections(32).rate(500).seconds(options.quick() ? 2 : 10));
        for (String part : new String[] {"p50", "p99"}) {
            double most = part.equals("p50") ? 0.2 : 1;
            ToDoubleFunction<Stage.Run> millis = run -> run.get("latency_" + part) / 1000;
            double[] added = rounds.added(Stage.Target.SOUK, millis);
            String measured = Table.spread("%.2f", added) + " ms; nginx adds "
                    + Table.spread("%.2f", rounds.added(Stage.Target.NGINX, millis));
            if (goal) {
                table.line(figure + ", " + part, Table.text("at most %.1f ms", most), Table.median(added) <= most, measured);
            } else {
                table.line(figure + ", " + part, measured);
            }
        }
        table.note(figure + ": " + rounds.quality());
    }

    void fsync() throws Exception {
        stage.restart(java.util.List.of("--souk.gateway.journal.fsync=0"));
        stage.measure(Stage.Target.SOUK, load -> load.connections(CONNECTIONS).seconds(options.quick() ? 2 : 12));
        latency("fsync=always: added latency at 500 calls/s", Math.min(3, options.rounds()), false);
        Rounds rounds = Rounds.run(stage, Math.min(2, options.rounds()), plainLoad());
        table.line("fsync=always: plain call, 64 connections",
                Table.spread("%.1f", rounds.of(Stage.Target.SOUK, Stage.Run::ownPerCall)) + " µs, with PostgreSQL "
                        + Table.spread("%.1f", rounds.of(Stage.Target.SOUK, Stage.Run::allPerCall)) + " µs, "
                        + Table.spread("%.0f", rounds.of(Stage.Target.SOUK, run -> run.get("per_second")))
                        + " calls/s, " + Table.spread("%.2f", rounds.ratios(run -> run.get("per_second"))) + " x nginx's");
        stage.restart(java.util.List.of());
        warmUp();
    }

    void stream() throws Exception {
        stage.upstream.behave(EVENTS, 0);
        Rounds rounds = Rounds.run(stage, options.rounds(),
                load -> load.connections(CONNECTIONS).streams(100, EVENTS).seconds(options.seconds()));
        perCall(rounds, "stream of 100 events, unpaced, 64 connections: gateway process's CPU per stream", 2.3,
                Stage.Run::ownPerCall);
        table.line("the same with PostgreSQL and settlement counted",
                Table.spread("%.1f", rounds.of(Stage.Target.SOUK, Stage.Run::allPerCall)) + " µs, "
                        + Table.spread("%.2f", rounds.ratios(Stage.Run::allPerCall)) + " x nginx's");
        table.note("stream: " + rounds.quality() + Table.text("; streams per second: direct %.0f, nginx %.0f, Souk %.0f",
                Table.median(rounds.of(Stage.Target.DIRECT, run -> run.get("per_second"))),
                Table.median(rounds.of(Stage.Target.NGINX, run -> run.get("per_second"))),
                Table.median(rounds.of(Stage.Target.SOUK, run -> run.get("per_second")))));
    }

    private UnaryOperator<Load> paced(int streams, double steady) {
        return load -> load.connections(streams)
                .streams(100, EVENTS)
                .spread(STREAM_SECONDS)
                .seconds(STREAM_SECONDS + steady);
    }

    void many() throws Exception {
        int streams = options.quick() ? 200 : 2_000;
        double steady = options.quick() ? 4 : 12;
        stage.upstream.behave(EVENTS, GAP_MICROS);
        Window nginx = window(Stage.Target.NGINX, streams, steady, false);
        Window souk = window(Stage.Target.SOUK, streams, steady, false);
        String what = Table.text("%,d streams, an event every 50 ms", streams);
        table.line(what + ": cores", "under one", souk.cores < 1,
                Table.text("%.2f, with PostgreSQL %.2f; nginx %.2f", souk.cores, souk.coresOfAll, nginx.cores));
        table.line(what + ": p99 over streams of the longest stall in each", "under 100 ms", souk.stall < 100,
                Table.text("%.1f ms; nginx %.1f; p99 over all events %.1f, nginx %.1f", souk.stall, nginx.stall,
                        souk.transit, nginx.transit));
        long idle = stage.souk().liveHeap();
        Window loaded = window(Stage.Target.SOUK, streams, steady, true);
        double perStream = (loaded.heap - idle) / 1024.0 / streams;
        table.line(what + ": heap per stream", "under 100 KB", perStream < 100,
                Table.text("%.1f KB ((%.1f MB - %.1f MB) / %d); resident %d MB", perStream, loaded.heap / 1e6, idle / 1e6,
                        streams, loaded.resident));
        table.note(Table.text("many: others' load %.2f cores beside Souk, %.2f beside nginx", souk.foreign, nginx.foreign));
    }

    private record Window(
            double cores, double coresOfAll, double stall, double transit, long heap, long resident, double foreign) {}

    /** Looks at the steady middle of a load of slow streams; a look at the heap stops all of them for its time. */
    private Window window(Stage.Target target, int streams, double steady, boolean heap) throws Exception {
        long before = stage.upstream.calls();
        Load.Running running = paced(streams, steady).apply(stage.client(target)).start();
        Thread.sleep((long) ((STREAM_SECONDS + 1) * 1000));
        long begin = System.nanoTime();
        double own = stage.cpu(target);
        double all = stage.cpuOfAll(target);
        double machine = Processes.machine();
        double others = stage.upstream.cpu() + running.cpu();
        long live = heap ? stage.souk().liveHeap() : 0;
        long resident = target == Stage.Target.SOUK ? Processes.residentMegabytes(stage.souk().pid()) : 0;
        Thread.sleep((long) ((steady - 2) * 1000));
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cores = (stage.cpu(target) - own) / seconds;
        double coresOfAll = (stage.cpuOfAll(target) - all) / seconds;
        double foreign = (Processes.machine() - machine) / seconds
                - coresOfAll
                - (stage.upstream.cpu() + running.cpu() - others) / seconds;
        var numbers = running.await();
        if (numbers.get("errors") > 0) {
            stage.problems.add(target + ": " + numbers.get("errors").longValue() + " of " + streams + " slow streams failed");
        }
        if (target == Stage.Target.SOUK) {
            stage.count(stage.upstream.calls() - before);
        }
        return new Window(cores, coresOfAll, numbers.get("stall_p99") / 1000, numbers.get("transit_p99") / 1000, live,
                resident, Math.max(0, foreign));
    }

    void first() throws Exception {
        int streams = options.quick() ? 50 : 500;
        stage.upstream.behave(EVENTS, GAP_MICROS);
        Rounds rounds = Rounds.quiet(stage, Math.min(3, options.rounds()), paced(streams, options.quick() ? 2 : 8));
        ToDoubleFunction<Stage.Run> millis = run -> run.get("first_p99") / 1000;
        double souk = Table.median(rounds.of(Stage.Target.SOUK, millis));
        double nginx = Table.median(rounds.of(Stage.Target.NGINX, millis));
        table.line(streams + " streams, an event every 50 ms: time to first event, p99", "nginx's + 1 ms", souk <= nginx + 1,
                Table.spread("%.2f", rounds.of(Stage.Target.SOUK, millis)) + " ms; nginx "
                        + Table.spread("%.2f", rounds.of(Stage.Target.NGINX, millis)) + "; direct "
                        + Table.spread("%.2f", rounds.of(Stage.Target.DIRECT, millis)));
        table.note("first: " + rounds.quality());
    }

    void prompt() throws Exception {
        int[] sizes = {64 * 1024, 256 * 1024, 1024 * 1024};
        double[] souk = new double[sizes.length];
        double[] nginx = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            int size = sizes[i];
            UnaryOperator<Load> shape = load -> load.connections(4).prompt(size).seconds(options.seconds());
            stage.measure(Stage.Target.SOUK, shape);
            Rounds rounds = Rounds.run(stage, Math.min(2, options.rounds()), shape);
            souk[i] = Table.median(rounds.of(Stage.Target.SOUK, Stage.Run::ownPerCall));
            nginx[i] = Table.median(rounds.of(Stage.Target.NGINX, Stage.Run::ownPerCall));
        }
        // linear: what a further KB costs is the same between the smaller two as between the greater two
        double low = (souk[1] - souk[0]) / (sizes[1] - sizes[0]) * 1024;
        double high = (souk[2] - souk[1]) / (sizes[2] - sizes[1]) * 1024;
        table.line("prompt of 64 KB, 256 KB, 1 MB: gateway process's CPU per call", "linear in size",
                abs(high - low) <= 0.35 * Math.max(high, low),
                Arrays.stream(souk).mapToObj(value -> Table.text("%.0f", value)).toList() + " µs, " + Table.text(
                        "%.2f µs for a further KB below 256 KB, %.2f above; nginx ", low, high)
                        + Arrays.stream(nginx).mapToObj(value -> Table.text("%.0f", value)).toList());
    }
}
