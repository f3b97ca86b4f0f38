/**
 * What the relays of outbox and spool share: publishing what was stored, and what becomes of it.
 */
@NullMarked
package dev.sluice.relay;

import org.jspecify.annotations.NullMarked;
