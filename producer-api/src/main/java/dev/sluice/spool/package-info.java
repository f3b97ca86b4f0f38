/** The local log of messages that are not yet on the broker. */
@NullMarked
package dev.sluice.spool;

import org.jspecify.annotations.NullMarked;
