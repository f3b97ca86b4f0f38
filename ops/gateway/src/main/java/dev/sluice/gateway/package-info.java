/** The HTTP edge: requests become tasks, problems become RFC 9457 documents. */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
