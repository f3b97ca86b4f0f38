/** The broker on RabbitMQ; the only package that knows the AMQP client. */
@NullMarked
package dev.sluice.broker.rabbit;

import org.jspecify.annotations.NullMarked;
