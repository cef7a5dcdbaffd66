/** Metrics, and the HTTP listener for metrics and probes. */
@NullMarked
package io.keywarden.telemetry;

import org.jspecify.annotations.NullMarked;
