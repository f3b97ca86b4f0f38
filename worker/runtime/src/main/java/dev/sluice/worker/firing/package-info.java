/** The ledger of firings of periodic jobs, as workers write to it. */
@NullMarked
package dev.sluice.worker.firing;

import org.jspecify.annotations.NullMarked;
