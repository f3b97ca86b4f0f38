/**
 * Real RabbitMQ, MySQL or MariaDB, and Redis for development, tests and benchmarks: started on free
 * ports with data folders of their own, killed and restarted at will, and never as a system
 * service.
 */
@NullMarked
package dev.sluice.devservices;

import org.jspecify.annotations.NullMarked;
