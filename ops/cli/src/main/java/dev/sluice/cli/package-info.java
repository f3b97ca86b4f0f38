/** The commands of {@code sluice}: what they read from the command line and what they print. */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
