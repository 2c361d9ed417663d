package io.souk.platform;

import java.util.List;

/**
 * The management API does not do what it was asked for. Handlers throw it; the caller gets it as problem+json.
 *
 * <p>The message says what happened, why and what to do, in words for whoever wrote the calling program.
 */
public class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong with one part of a request. @param field the parameter, or the member of the body */
    public record Fault(String field, String message) {}

    private final ProblemType type;
    private final transient List<Fault> faults;

    public Refused(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    Refused(ProblemType type, String detail, List<Fault> faults) {
        super(detail);
        this.type = type;
        this.faults = List.copyOf(faults);
    }

    /** There is no such thing in the organisation of the request; whether another has it, nobody is told. */
    public static Refused notFound(String what) {
        return new Refused(
                ProblemType.NOT_FOUND, "Your organisation has no such " + what + ". Check the id, and list them anew.");
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The parts at fault; empty unless the type is {@link ProblemType#INVALID}. */
    public List<Fault> faults() {
        return faults;
    }
}
