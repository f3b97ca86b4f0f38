/** Handles the tasks of timelines in a worker. */
@NullMarked
package dev.sluice.timelines.handlers;

import org.jspecify.annotations.NullMarked;
