/** The door: application code enqueues tasks here. */
@NullMarked
package dev.sluice.producer;

import org.jspecify.annotations.NullMarked;
