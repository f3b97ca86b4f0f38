/** Benchmarks: whole scenarios, each beside a raw client in the same run. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
