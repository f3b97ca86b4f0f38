package dev.sluice.broker;

/**
 * The state of a broker connection.
 *
 * @param connected whether publishing and consuming connections are open
 * @param blocked whether the broker has stopped publishers, for lack of memory or disk
 * @param unconfirmed messages published and not confirmed yet
 * @param detail one sentence for a person, naming the broker without its password
 */
public record BrokerHealth(boolean connected, boolean blocked, int unconfirmed, String detail) {}
