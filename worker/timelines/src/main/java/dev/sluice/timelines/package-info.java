/** Reads capped Redis timelines of posts, and names the tasks that write them; needs no worker. */
@NullMarked
package dev.sluice.timelines;

import org.jspecify.annotations.NullMarked;
