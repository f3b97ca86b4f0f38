/** Writing one thing to many recipients, as a long task. */
@NullMarked
package dev.sluice.worker.fanout;

import org.jspecify.annotations.NullMarked;
