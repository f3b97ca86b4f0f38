/** The broker port, and a broker in memory that keeps the same contract as RabbitMQ. */
@NullMarked
package dev.sluice.broker;

import org.jspecify.annotations.NullMarked;
