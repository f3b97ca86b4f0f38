/** The message on the wire, Celery protocol 2, and its codec. No I/O. */
@NullMarked
package dev.sluice.message;

import org.jspecify.annotations.NullMarked;
