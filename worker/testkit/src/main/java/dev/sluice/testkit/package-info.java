/** Runs producer, broker and worker inside a unit test, on a clock that the test moves. */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
