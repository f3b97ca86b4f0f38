/** Names and arguments of queues and exchanges, and the arithmetic of the delay ladder. No I/O. */
@NullMarked
package dev.sluice.topology;

import org.jspecify.annotations.NullMarked;
