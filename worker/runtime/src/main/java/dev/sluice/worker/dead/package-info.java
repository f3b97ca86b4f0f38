/** Dead tasks: their archiver, their store, and how they are sent back. */
@NullMarked
package dev.sluice.worker.dead;

import org.jspecify.annotations.NullMarked;
