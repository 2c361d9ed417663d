/**
 * Runs all-MiniLM-L6-v2: text to word pieces, word pieces to vectors, on a bounded number of threads.
 *
 * <p>Work is cut into steps of at most {@value io.souk.models.inference.InferencePool#STEP_TOKENS} tokens and the jobs
 * take turns, so that one long text does not hold up the short ones behind it.
 */
@NullMarked
package io.souk.models.inference;

import org.jspecify.annotations.NullMarked;
