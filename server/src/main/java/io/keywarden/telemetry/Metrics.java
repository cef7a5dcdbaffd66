package io.keywarden.telemetry;

import io.grpc.ServerInterceptor;
import io.keywarden.admin.AuditLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** All metrics of a process. Safe for use by several threads. */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Counts checks. */
    public CheckMetrics checks() {
        return new CheckMetrics(registry);
    }

    /** Shows how many checks wait for a read, and are turned away when it is too many. */
    public void watchWaiting(IntSupplier waiting) {
        Gauge.builder("keywarden.checks.waiting", waiting, IntSupplier::getAsInt)
                .description("Checks that wait for a read now.")
                .strongReference(true)
                .register(registry);
    }

    /** Measures Redis. */
    public RedisMetrics redis() {
        return new RedisMetrics(registry);
    }

    /** Counts the tokens that get new secrets by themselves. */
    public RotationMetrics rotation() {
        return new RotationMetrics(registry);
    }

    /** Counts the journal's writes that were lost. */
    public JournalMetrics journal() {
        return new JournalMetrics(registry);
    }

    /** Counts what the audit log's file did not take. */
    public AuditLog.Observer audit() {
        Counter failures = Counter.builder("keywarden.audit.failures")
                .description("Writes to the audit log's file that failed.")
                .register(registry);
        return failures::increment;
    }

    /** Counts uses of secrets that were not remembered. */
    public Runnable lostUses() {
        Counter lost = Counter.builder("keywarden.uses.lost")
                .description("Uses of secrets that were not remembered, since there are too many to remember.")
                .register(registry);
        return lost::increment;
    }

    /** Counts what Admin does because time passes. */
    public UpkeepMetrics upkeep() {
        return new UpkeepMetrics(registry);
    }

    /** Watches the database of countries. */
    public CountryMetrics countries() {
        return new CountryMetrics(registry);
    }

    /** Counts and measures the near cache. */
    public CacheMetrics cache() {
        return new CacheMetrics(registry);
    }

    /** Counts and measures all gRPC calls of a server. */
    public ServerInterceptor grpcServer() {
        return new MetricCollectingServerInterceptor(registry);
    }

    /** Measures the process itself too. */
    public void watchProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        ManagementFactory.getGarbageCollectorMXBeans().forEach(this::watch);
    }

    /** Asks a collector when it is asked itself. To be told of each collection, as Micrometer's own meters are, took 1 % of all. */
    private void watch(GarbageCollectorMXBean collector) {
        FunctionTimer.builder(
                        "jvm.gc.collection",
                        collector,
                        GarbageCollectorMXBean::getCollectionCount,
                        GarbageCollectorMXBean::getCollectionTime,
                        TimeUnit.MILLISECONDS)
                .description("What a garbage collector did.")
                .tag("gc", collector.getName())
                .register(registry);
    }

    /** All metrics in Prometheus's text format. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
