package io.souk.gateway.admission;

import io.souk.gateway.snapshot.Snapshot.Task;

/**
 * What a call asks for, whatever dialect it came in.
 *
 * @param keyHash SHA-256 of the presented key in hexadecimal
 * @param inputBytes size of the request's body: no tokenizer makes more tokens than bytes
 * @param outputCap the caller's own limit of output tokens per answer; zero if it gave none
 * @param answers how many answers are asked for, at least one
 */
public record Ask(String keyHash, Task task, String model, long inputBytes, int outputCap, int answers) {}
