package io.keywarden.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
     * The command line for some arguments. It has the one command that the first of them names, or else all: describing all
     * of them takes a start of the server a twentieth of its time.
     *
     * @param starter runs the server
     * @param more commands of other packages, by name
     * @param arguments what was asked for
     */
    public static CommandLine with(Starter starter, Map<String, Callable<Integer>> more, String... arguments) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("serve", () -> new ServeCommand(starter));
        all.put("check-config", CheckConfigCommand::new);
        all.put("init-keys", InitKeysCommand::new);
        all.put("keys", KeysCommand::new);
        all.put("envoy-config", EnvoyConfigCommand::new);
        all.put("call", CallCommand::new);
        all.put("export-history", ExportHistoryCommand::new);
        all.put("config-reference", ConfigReferenceCommand::new);
        all.put("version", VersionCommand::new);
        more.forEach((name, command) -> all.put(name, () -> command));
        CommandLine commands = new CommandLine(new KeywardenCommand());
        if (arguments.length > 0 && all.containsKey(arguments[0])) {
            all.keySet().retainAll(Set.of(arguments[0]));
        }
        all.forEach((name, command) -> commands.addSubcommand(name, command.get()));
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
