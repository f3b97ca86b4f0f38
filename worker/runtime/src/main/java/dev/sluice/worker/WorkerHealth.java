package dev.sluice.worker;

/**
 * Whether a worker does its work.
 *
 * @param consuming whether the broker is delivering from every queue
 * @param detail one sentence for a person: which queue is not consumed, and why
 */
public record WorkerHealth(boolean consuming, String detail) {}
