/** The demo: the whole system at work on a follower graph, checked by a ledger of its own. */
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
