/** What a server counts, over time, and how it is drawn. */
@NullMarked
package dev.sluice.bench.rates;

import org.jspecify.annotations.NullMarked;
