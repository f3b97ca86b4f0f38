/** The control bus: Celery's remote control, as far as a worker of ours answers it. */
@NullMarked
package dev.sluice.worker.control;

import org.jspecify.annotations.NullMarked;
