import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** The same load against direct, nginx and Souk in turn, several times, so that what changes on the machine meets all. */
final class Rounds {
    /** Above this many cores taken by others a round says little of latency. */
    static final double QUIET = 0.2;

    private static final int REPEATS = 3;

    private final List<Map<Stage.Target, Stage.Run>> rounds = new ArrayList<>();
    private int disturbed;

    /** Runs them; a disturbed round counts all the same, and is told of. */
    static Rounds run(Stage stage, int number, UnaryOperator<Load> shape) throws Exception {
        Rounds rounds = new Rounds();
        for (int i = 0; i < number; i++) {
            rounds.rounds.add(round(stage, i, shape));
        }
        rounds.disturbed = (int) rounds.rounds.stream().filter(round -> !isQuiet(round)).count();
        return rounds;
    }

    /** Runs until there are so many quiet rounds, with a few more tries than that; then disturbed ones fill the rest. */
    static Rounds quiet(Stage stage, int number, UnaryOperator<Load> shape) throws Exception {
        Rounds rounds = new Rounds();
        List<Map<Stage.Target, Stage.Run>> loud = new ArrayList<>();
        for (int i = 0; rounds.rounds.size() < number && i < number + REPEATS; i++) {
            Map<Stage.Target, Stage.Run> round = round(stage, i, shape);
            (isQuiet(round) ? rounds.rounds : loud).add(round);
        }
        while (rounds.rounds.size() < number && !loud.isEmpty()) {
            rounds.rounds.add(loud.removeLast());
            rounds.disturbed++;
        }
        return rounds;
    }

    private static Map<Stage.Target, Stage.Run> round(Stage stage, int index, UnaryOperator<Load> shape)
            throws Exception {
        Map<Stage.Target, Stage.Run> round = new EnumMap<>(Stage.Target.class);
        Stage.Target[] targets = Stage.Target.values();
        for (int i = 0; i < targets.length; i++) {
            Stage.Target target = targets[(i + index) % targets.length];
            round.put(target, stage.measure(target, shape));
        }
        return round;
    }

    private static boolean isQuiet(Map<Stage.Target, Stage.Run> round) {
        return round.values().stream().allMatch(run -> run.foreign() < QUIET);
    }

    double[] of(Stage.Target target, ToDoubleFunction<Stage.Run> figure) {
        return rounds.stream().mapToDouble(round -> figure.applyAsDouble(round.get(target))).toArray();
    }

    /** In each round Souk's figure divided by nginx's. */
    double[] ratios(ToDoubleFunction<Stage.Run> figure) {
        return rounds.stream()
                .mapToDouble(round -> figure.applyAsDouble(round.get(Stage.Target.SOUK))
                        / figure.applyAsDouble(round.get(Stage.Target.NGINX)))
                .toArray();
    }

    /** In each round what a target adds to a direct call. */
    double[] added(Stage.Target target, ToDoubleFunction<Stage.Run> figure) {
        return rounds.stream()
                .mapToDouble(round -> figure.applyAsDouble(round.get(target))
                        - figure.applyAsDouble(round.get(Stage.Target.DIRECT)))
                .toArray();
    }

    double foreign() {
        return Table.median(rounds.stream()
                .flatMap(round -> round.values().stream())
                .mapToDouble(Stage.Run::foreign)
                .toArray());
    }

    String quality() {
        return Table.text(
                "%d rounds, %d of them disturbed, others' load %.2f cores at the median", rounds.size(), disturbed, foreign());
    }
}
