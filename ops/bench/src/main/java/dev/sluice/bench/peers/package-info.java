/** Other projects that do the same work, each with the settings that its documentation gives. */
@NullMarked
package dev.sluice.bench.peers;

import org.jspecify.annotations.NullMarked;
