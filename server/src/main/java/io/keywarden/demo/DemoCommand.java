package io.keywarden.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keywarden demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs everything on this machine, made new at each start: Redis, Keywarden, Envoy, and a service behind it."
                    + " Prints command lines to try, and stops it all at INT (ctrl-C), TERM or HUP.",
            "",
            "All ports are of the loopback interface: check 9001, admin 9002, metrics 9004, gateway 10000, admin REST"
                    + " 10001, Envoy's admin pages 9901, Redis 6390. Once all is ready, target/demo/demo.env says it"
                    + " to scripts."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Adds N to every port, Redis's too.")
    private int portOffset;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    /** Made by picocli. */
    public DemoCommand() {}

    /** Runs until a signal ends the process; returns 1 when the demo can't run, or one of its processes ended. */
    @Override
    public Integer call() {
        try {
            return Demo.run(new DemoPorts(portOffset), System.out, System.err);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
