/** Built-in tasks that keep Sluice's own outbox and keys in order; jobs enqueue them. */
@NullMarked
package dev.sluice.worker.upkeep;

import org.jspecify.annotations.NullMarked;
