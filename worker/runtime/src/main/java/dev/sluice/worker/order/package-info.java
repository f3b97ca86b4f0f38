/** Order keys in the database: which task of a key is next, and what waits behind it. */
@NullMarked
package dev.sluice.worker.order;

import org.jspecify.annotations.NullMarked;
