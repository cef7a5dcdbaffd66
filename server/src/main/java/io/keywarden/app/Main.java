package io.keywarden.app;

import io.keywarden.cli.KeywardenCommand;
import io.keywarden.demo.DemoCommand;
import java.util.Map;
import java.util.concurrent.Callable;

/** Where the program begins. */
public final class Main {
    /**
     * How libraries run here, where the command line says nothing else. Telling Java's flight recorder of themselves takes a tenth of a
     * second of each start; following one buffer in 128 to see whether it is lost takes a thirtieth of each check.
     */
    private static final Map<String, String> LIBRARIES = Map.of(
            "io.lettuce.core.jfr", "false",
            "io.netty.jfr.enabled", "false",
            "io.netty.leakDetection.level", "disabled",
            "io.grpc.netty.shaded.io.netty.jfr.enabled", "false",
            "io.grpc.netty.shaded.io.netty.leakDetection.level", "disabled",
            // Looking for Groovy opens every jar.
            "picocli.disable.closures", "true");

    private Main() {}

    /** Runs one command, and ends the process with its exit code. */
    public static void main(String[] arguments) {
        LIBRARIES.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        // Other packages put their commands in here, by name.
        Map<String, Callable<Integer>> more =
                Map.of("demo", new DemoCommand(), "compare-history", new CompareHistoryCommand());
        System.exit(KeywardenCommand.with(new ServerRunner(), more, arguments).execute(arguments));
    }
}
