/** Periodic jobs: Quartz finds what is due, and each firing enqueues one task. */
@NullMarked
package dev.sluice.scheduler;

import org.jspecify.annotations.NullMarked;
