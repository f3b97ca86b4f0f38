/** Speaking to Redis: pipelines whose every reply is checked. */
@NullMarked
package dev.sluice.redis;

import org.jspecify.annotations.NullMarked;
