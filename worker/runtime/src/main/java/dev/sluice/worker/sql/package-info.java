/**
 * Tasks that are one SQL statement, given in configuration: batched, effectively once, every value
 * bound.
 */
@NullMarked
package dev.sluice.worker.sql;

import org.jspecify.annotations.NullMarked;
