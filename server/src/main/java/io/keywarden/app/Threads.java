package io.keywarden.app;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the pools of threads of a process: each with a name, a size and a bound. */
final class Threads {
    private Threads() {}

    /** A pool of a fixed size that refuses work when so many tasks wait. */
    static ExecutorService bounded(String name, int size, int waiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread for repeated work. */
    static ScheduledExecutorService scheduled(String name) {
        return Executors.newSingleThreadScheduledExecutor(named(name));
    }

    /** Ends a pool, and what runs in it. */
    static AutoCloseable closing(ExecutorService pool) {
        return () -> {
            pool.shutdownNow();
            if (!pool.awaitTermination(2, TimeUnit.SECONDS)) {
                throw new IllegalStateException("threads do not end");
            }
        };
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "keywarden-" + name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
