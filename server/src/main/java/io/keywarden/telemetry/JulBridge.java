package io.keywarden.telemetry;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what libraries log with the JDK's logging, as gRPC does, to the one log of the process. */
public final class JulBridge extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulBridge() {}

    /**
     * Takes the JDK's logging over. It stays at INFO whatever the log's own level is: below that, gRPC logs the headers of
     * calls, and credentials stand in headers.
     */
    public static void install() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(new JulBridge());
    }

    @Override
    public void publish(LogRecord record) {
        if (record == null || record.getLevel().intValue() < Level.INFO.intValue()) {
            return;
        }
        String name = record.getLoggerName();
        Logger logger = LoggerFactory.getLogger(name == null || name.isEmpty() ? "jul" : name);
        String message = formatter.formatMessage(record);
        if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            logger.error(message, record.getThrown());
        } else if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            logger.warn(message, record.getThrown());
        } else {
            logger.info(message, record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
