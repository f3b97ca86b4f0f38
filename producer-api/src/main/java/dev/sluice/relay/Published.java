package dev.sluice.relay;

/**
 * One stored message and what became of it.
 *
 * @param reason for a person; empty when confirmed
 */
public record Published<S extends Stored>(S stored, Fate fate, String reason) {}
