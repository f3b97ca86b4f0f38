/** Runs attempts: handlers, retries, time limits, inbox, dead tasks, control bus. */
@NullMarked
package dev.sluice.worker;

import org.jspecify.annotations.NullMarked;
