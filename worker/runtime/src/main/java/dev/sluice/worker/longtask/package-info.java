/** Long tasks, cut into fenced steps that can stop and go on anywhere. */
@NullMarked
package dev.sluice.worker.longtask;

import org.jspecify.annotations.NullMarked;
