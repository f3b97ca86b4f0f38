/** Processes that run for long: how they are put together, watched and stopped. */
@NullMarked
package dev.sluice.cli.process;

import org.jspecify.annotations.NullMarked;
