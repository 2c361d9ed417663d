/**
 * The HTTP face of the house models: the OpenAI dialect, and the Hugging Face shape for tasks.
 *
 * <p>{@code ModelsListener} reads a request, {@code Routes} finds its endpoint, the endpoint checks the JSON and hands
 * steps to the inference pool, and the answer is written by the event loop that took the request.
 */
@NullMarked
package io.souk.models.http;

import org.jspecify.annotations.NullMarked;
