package io.keywarden.cli;

import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Calls one method of a running Keywarden, with JSON in and out. */
@Command(
        name = "call",
        description = "Call a method of a running Keywarden, with JSON in and out.",
        footer = {
            "",
            "Example: ./keywarden call TokenService/ListTokens '{\"parent\": \"tenants/acme\"}'",
            "Exit code: 0 answered, 1 refused or unreachable, 2 not understood."
        },
        mixinStandardHelpOptions = true)
final class CallCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "SERVICE/METHOD",
            arity = "0..1",
            description = "The method; the service's short name is enough. Without one, all methods are listed.")
    private Optional<String> method = Optional.empty();

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            arity = "0..1",
            defaultValue = "{}",
            description = "The request; - reads it from standard input. Default: ${DEFAULT-VALUE}")
    private String json = "{}";

    @Mixin
    private TargetOptions target = new TargetOptions("10s");

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    CallCommand() {}

    @Override
    public Integer call() throws IOException {
        if (method.isEmpty()) {
            CallMethods.all().forEach(name -> spec.commandLine().getOut().println(name));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
        MethodDescriptor descriptor = CallMethods.find(method.get());
        String request = json.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : json;
        String answer = new Caller(target.target()).call(descriptor, request);
        spec.commandLine().getOut().println(answer);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
