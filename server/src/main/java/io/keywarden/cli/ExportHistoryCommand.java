package io.keywarden.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.HistoryServiceGrpc.HistoryServiceBlockingStub;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.admin.v1.WatchEventsRequest;
import io.keywarden.admin.v1.WatchEventsResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the history of a resource down, once it was verified. */
@Command(
        name = "export-history",
        description = "Write the history of a resource as lines of JSON, the oldest event first, if it is whole.",
        footer = {
            "",
            "Example: ./keywarden export-history tenants/acme/tokens/TOKEN --out history.jsonl",
            "Exit code: 0 written, 1 not whole, refused or unreachable, 2 not understood."
        },
        mixinStandardHelpOptions = true)
final class ExportHistoryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "RESOURCE",
            description = "The name of a tenant, an owner, a token, a catalog or a module.")
    private String parent = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "A new file, which its owner alone may read. Default: standard output.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private TargetOptions target = new TargetOptions("10m");

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    ExportHistoryCommand() {}

    @Override
    public Integer call() {
        CallTarget to = target.target();
        Caller caller = new Caller(to);
        ManagedChannel channel = caller.channel();
        try {
            // The deadline is one for both calls.
            return export(HistoryServiceGrpc.newBlockingStub(caller.withToken(channel))
                    .withDeadlineAfter(to.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw new UserError(ExitCode.FAILED, CallFailure.words(e, to));
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, "the history cannot be written: " + e);
        } finally {
            channel.shutdownNow();
        }
    }

    private int export(HistoryServiceBlockingStub histories) throws IOException {
        VerifyHistoryResponse verified = histories.verifyHistory(
                VerifyHistoryRequest.newBuilder().setParent(parent).build());
        if (verified.getProblemsCount() > 0) {
            verified.getProblemsList()
                    .forEach(problem -> spec.commandLine()
                            .getErr()
                            .printf("event %d %s%n", problem.getSequence(), problem.getDescription()));
            throw new UserError(ExitCode.FAILED, "the history of " + parent + " is not as Admin wrote it");
        }
        if (out.isEmpty()) {
            write(histories, verified.getEventCount(), spec.commandLine().getOut());
            return ExitCode.OK;
        }
        Files.createFile(out.get(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean whole = false;
        try (PrintWriter file = new PrintWriter(Files.newBufferedWriter(out.get(), StandardCharsets.UTF_8))) {
            write(histories, verified.getEventCount(), file);
            whole = !file.checkError();
        } finally {
            if (!whole) {
                Files.delete(out.get());
            }
        }
        if (!whole) {
            throw new IOException(out.get() + " could not be written to its end");
        }
        return ExitCode.OK;
    }

    /** As far as it was verified: what is written meanwhile is for the next time. */
    private void write(HistoryServiceBlockingStub histories, long count, PrintWriter to)
            throws InvalidProtocolBufferException {
        JsonFormat.Printer json = JsonFormat.printer().omittingInsignificantWhitespace();
        Iterator<WatchEventsResponse> parts = histories.watchEvents(
                WatchEventsRequest.newBuilder().setParent(parent).build());
        long last = 0;
        while (last < count) {
            for (Event event : parts.next().getEventsList()) {
                last = event.getSequence();
                if (last <= count) {
                    to.println(json.print(event));
                }
            }
        }
        to.flush();
    }
}
