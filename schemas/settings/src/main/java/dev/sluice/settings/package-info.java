/** {@code sluice.yaml} and {@code SLUICE_*} variables as frozen records, checked once. */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
