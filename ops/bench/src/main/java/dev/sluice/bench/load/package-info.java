/**
 * Open loops: calls at a fixed rate whatever becomes of the earlier ones, and how long they take.
 */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
