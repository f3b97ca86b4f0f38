/** The broker in memory, for tests and the embedded demo; nothing survives the process. */
@NullMarked
package dev.sluice.broker.memory;

import org.jspecify.annotations.NullMarked;
