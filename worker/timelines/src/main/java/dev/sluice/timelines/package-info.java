/** Posts written to the database and fanned out to capped Redis timelines. */
@NullMarked
package dev.sluice.timelines;

import org.jspecify.annotations.NullMarked;
