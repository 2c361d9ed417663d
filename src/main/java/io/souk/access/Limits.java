package io.souk.access;

/**
 * What may be asked for in a minute and at once; zero where there is no limit.
 *
 * @param requestsPerMinute calls that begin within a minute
 * @param tokensPerMinute tokens in and out, those that a running call may still use included
 * @param concurrentCalls calls that run at the same time, on each gateway
 */
public record Limits(long requestsPerMinute, long tokensPerMinute, int concurrentCalls) {
    public static final Limits NONE = new Limits(0, 0, 0);
    /** Above it nobody means a limit. */
    public static final long MOST = 1_000_000_000_000L;

    public Limits {
        if (requestsPerMinute < 0 || tokensPerMinute < 0 || concurrentCalls < 0) {
            throw new IllegalArgumentException("a limit is above zero, or zero for none");
        }
        if (requestsPerMinute > MOST || tokensPerMinute > MOST) {
            throw new IllegalArgumentException("a limit is at most " + MOST);
        }
    }

    public boolean isNone() {
        return requestsPerMinute == 0 && tokensPerMinute == 0 && concurrentCalls == 0;
    }
}
