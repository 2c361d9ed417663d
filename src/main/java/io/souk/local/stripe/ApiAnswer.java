package io.souk.local.stripe;

import java.time.Duration;
import java.util.Map;

/**
 * What goes back.
 *
 * @param delay how long the answer is kept back first
 * @param dropped whether the connection is cut instead of answering, after everything was done
 */
public record ApiAnswer(int status, String body, Map<String, String> headers, Duration delay, boolean dropped) {}
