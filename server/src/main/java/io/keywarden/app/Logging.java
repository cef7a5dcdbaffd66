package io.keywarden.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.Map;

/**
 * How Logback logs: to stderr, one line for each event, from the level in {@code KEYWARDEN_LOG_LEVEL} on. Found by Logback as
 * a service. Reading the same from XML would take a tenth of a second of each start.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** One event is one line: line ends within a message become spaces, so that nobody can write a line of their own. */
    private static final String PATTERN =
            "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\",UTC} %-5level %logger{0} %replace(%msg){'[\\r\\n]+',' '}%n%ex{8}";

    /**
     * Below these levels the libraries print frames, headers and commands: credentials would be among them. So their levels are
     * fixed, whatever is asked for.
     */
    private static final Map<String, Level> LIBRARIES = Map.of(
            "io.grpc", Level.INFO,
            "io.grpc.netty.shaded", Level.WARN,
            // Says once for each connection of a Unix socket that TCP's keepalive does not apply to it.
            "io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap", Level.ERROR,
            "io.netty", Level.WARN,
            "io.lettuce", Level.WARN,
            "reactor", Level.WARN,
            "io.micrometer", Level.INFO,
            "com.sun.net.httpserver", Level.INFO,
            "sun", Level.INFO);

    /** Logs what was written, whatever else is logged. */
    private static final String AUDIT = "io.keywarden.audit";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getStatusManager().add(new NopStatusListener());
        LIBRARIES.forEach((name, level) -> context.getLogger(name).setLevel(level));
        context.getLogger(AUDIT).setLevel(Level.INFO);
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("KEYWARDEN_LOG_LEVEL"), Level.INFO));
        root.addAppender(stderr(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
