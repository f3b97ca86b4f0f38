/** What a task is: its type, its id, its retry policy and its time limits. No I/O. */
@NullMarked
package dev.sluice.task;

import org.jspecify.annotations.NullMarked;
