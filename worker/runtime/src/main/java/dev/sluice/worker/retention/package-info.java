/**
 * Truncation of tables: rows that are older than their retention go, in small batches or as whole
 * partitions, beside whatever else the database does.
 */
@NullMarked
package dev.sluice.worker.retention;

import org.jspecify.annotations.NullMarked;
