/** Ids of tasks whose effect is committed, or that were revoked or discarded. */
@NullMarked
package dev.sluice.worker.inbox;

import org.jspecify.annotations.NullMarked;
