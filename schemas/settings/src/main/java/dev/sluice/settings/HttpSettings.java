package dev.sluice.settings;

/**
 * Section {@code http}: where a process shows its metrics and health.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 takes a free one
 */
public record HttpSettings(String host, int port) {}
