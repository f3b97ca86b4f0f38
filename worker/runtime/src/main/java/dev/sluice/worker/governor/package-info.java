/**
 * What bounds a worker's load: concurrency and rates of task types and keys, and for each database
 * a ceiling of rows a second, a limit that follows its commit latency, and a breaker.
 */
@NullMarked
package dev.sluice.worker.governor;

import org.jspecify.annotations.NullMarked;
