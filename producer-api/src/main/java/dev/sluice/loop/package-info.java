/** Background loops: one method that says how long to wait. */
@NullMarked
package dev.sluice.loop;

import org.jspecify.annotations.NullMarked;
