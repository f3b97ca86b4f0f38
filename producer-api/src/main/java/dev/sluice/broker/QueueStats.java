package dev.sluice.broker;

/**
 * A queue as its broker sees it.
 *
 * @param ready messages waiting to be delivered; those delivered and not settled do not count
 * @param consumers consumers on the queue
 */
public record QueueStats(long ready, int consumers) {}
