/** Messages written in a database transaction, and the relay that publishes them. */
@NullMarked
package dev.sluice.outbox;

import org.jspecify.annotations.NullMarked;
