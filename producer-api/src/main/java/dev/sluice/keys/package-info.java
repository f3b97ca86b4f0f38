/** Keys that tasks are enqueued under: who holds one, and in which order tasks replaced another. */
@NullMarked
package dev.sluice.keys;

import org.jspecify.annotations.NullMarked;
