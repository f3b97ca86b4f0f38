/** The two tables that write scenarios insert into, and what is found there afterwards. */
@NullMarked
package dev.sluice.bench.effects;

import org.jspecify.annotations.NullMarked;
