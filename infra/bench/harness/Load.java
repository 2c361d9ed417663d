import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of the load client against one port; its numbers by name. */
final class Load {
    private final Path binary;
    private final List<String> options = new ArrayList<>();
    private double seconds = 5;

    /** @param tokens a file with the tokens that calls may carry */
    Load(Path binary, int port, Path tokens) {
        this.binary = binary;
        options.addAll(List.of("-p", Integer.toString(port), "-k", tokens.toString()));
    }

    Load connections(int connections) {
        return with("-c", connections);
    }

    Load seconds(double length) {
        seconds = length;
        return with("-d", length);
    }

    Load rate(double perSecond) {
        return with("-r", perSecond);
    }

    Load prompt(int bytes) {
        return with("-b", bytes);
    }

    Load streams(int percent, int events) {
        return with("-x", percent).with("-e", events);
    }

    Load spread(double over) {
        return with("-w", over);
    }

    Load inOrder() {
        options.add("-o");
        return this;
    }

    private Load with(String name, Object value) {
        options.addAll(List.of(name, value.toString()));
        return this;
    }

    /** Begins the run. */
    Running start() throws Exception {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(options);
        return new Running(
                Processes.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)),
                (long) seconds + 60);
    }

    /** Runs it to its end. */
    Map<String, Double> run() throws Exception {
        return start().await();
    }

    /** A run that is under way. */
    record Running(Process process, long limitSeconds) {
        Map<String, Double> await() throws Exception {
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the load client did not end in time");
            }
            String output = new String(process.getInputStream().readAllBytes());
            if (process.exitValue() != 0) {
                throw new IllegalStateException("the load client ended with " + process.exitValue() + " " + output);
            }
            Map<String, Double> numbers = new HashMap<>();
            output.lines().forEach(line -> {
                String[] pair = line.split(" ");
                numbers.put(pair[0], Double.parseDouble(pair[1]));
            });
            return numbers;
        }

        boolean isAlive() {
            return process.isAlive();
        }

        double cpu() {
            return Processes.own(process.pid());
        }
    }
}
