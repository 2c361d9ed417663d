package io.souk.gateway.relay;

/** The backend's answer is not what its dialect says it should be, or is an error in the guise of an answer. */
public final class BadAnswer extends RuntimeException {
    private final transient Failure failure;

    public BadAnswer(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** What the caller is told, if nothing of the answer has reached it. */
    public Failure failure() {
        return failure;
    }
}
