package io.keywarden.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program's own command, which only holds the others. */
@Command(
        name = "keywarden",
        description = "Answers Envoy's question whether an API token may make a call.",
        footer = {"", "Start with: ./keywarden demo"},
        versionProvider = Version.class,
        mixinStandardHelpOptions = true)
public final class KeywardenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    private KeywardenCommand() {}

    /**
     * The whole command line.
     *
     * @param starter runs the server
     * @param more commands of other packages, by name
     */
    public static CommandLine with(Starter starter, Map<String, Callable<Integer>> more) {
        CommandLine commands = new CommandLine(new KeywardenCommand())
                .addSubcommand(new ServeCommand(starter))
                .addSubcommand(new CheckConfigCommand())
                .addSubcommand(new InitKeysCommand())
                .addSubcommand(new EnvoyConfigCommand())
                .addSubcommand(new CallCommand())
                .addSubcommand(new ConfigReferenceCommand())
                .addSubcommand(new VersionCommand());
        more.forEach(commands::addSubcommand);
        return commands.setExecutionExceptionHandler(KeywardenCommand::report)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }

    private static int report(Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
        if (problem instanceof UserError error) {
            command.getErr().println(error.getMessage());
            return error.exitCode();
        }
        command.getErr().println("keywarden: " + problem);
        if (System.getenv("KEYWARDEN_LOG_LEVEL") != null) {
            problem.printStackTrace(command.getErr());
        }
        return ExitCode.FAILED;
    }
}
