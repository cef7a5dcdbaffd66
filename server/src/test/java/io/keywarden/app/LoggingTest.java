package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() {
        context.setMDCAdapter(((LoggerContext) LoggerFactory.getILoggerFactory()).getMDCAdapter());
        assertThat(new Logging().configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
    }

    @Test
    void libraries_everythingIsAskedFor_stayQuiet() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.TRACE);

        assertThat(context.getLogger("io.lettuce.core.protocol.CommandHandler").getEffectiveLevel())
                .isEqualTo(Level.WARN);
        assertThat(context.getLogger("io.netty.handler.logging.LoggingHandler").getEffectiveLevel())
                .isEqualTo(Level.WARN);
        assertThat(context.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler")
                        .getEffectiveLevel())
                .isEqualTo(Level.WARN);
        assertThat(context.getLogger("com.sun.net.httpserver").getEffectiveLevel())
                .isEqualTo(Level.INFO);
        assertThat(context.getLogger("io.keywarden.app").getEffectiveLevel()).isEqualTo(Level.TRACE);
    }

    @Test
    void audit_nothingIsAskedFor_isWritten() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);

        assertThat(context.getLogger("io.keywarden.audit").getEffectiveLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void event_messageWithLineEnds_isOneLine() {
        Appender<ILoggingEvent> appender =
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
        LoggingEvent event =
                new LoggingEvent("", context.getLogger("io.keywarden.app.Some"), Level.INFO, "a\r\nb\nc", null, null);
        event.setTimeStamp(0);

        byte[] line = ((ConsoleAppender<ILoggingEvent>) appender).getEncoder().encode(event);
        assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("1970-01-01T00:00:00.000Z INFO  Some a b c\n");
    }
}
