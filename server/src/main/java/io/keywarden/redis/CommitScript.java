package io.keywarden.redis;

import io.keywarden.store.Commit;
import io.keywarden.store.RecordWriter;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one script that writes, in two registrations: a plain one, and one that Redis also runs when it is full. Scripts are
 * called by their hash, and sent whole when Redis does not know them.
 */
final class CommitScript {
    private static final Logger LOG = LoggerFactory.getLogger(CommitScript.class);
    private static final String RESTARTED = "RESTARTED ";
    /** Since Redis 7.0. Older ones take the line for Lua, and fail on it. */
    private static final String ALLOW_OOM = "#!lua flags=allow-oom\n";

    private final Registration plain;
    private final Registration whenFull;

    private record Registration(String text, String hash) {
        static Registration of(String text) {
            return new Registration(text, Base16.digest(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private CommitScript(Registration plain, Registration whenFull) {
        this.plain = plain;
        this.whenFull = whenFull;
    }

    /** Reads the script, which is part of the program. */
    static CommitScript load() {
        try (InputStream file = CommitScript.class.getResourceAsStream("commit.lua")) {
            if (file == null) {
                throw new IllegalStateException("commit.lua is missing (expected: beside this class)");
            }
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new CommitScript(Registration.of(text), Registration.of(ALLOW_OOM + text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a commit, and answers what the script says. */
    CompletableFuture<byte[]> run(RedisAsyncCommands<byte[], byte[]> commands, RedisServer server, Commit commit) {
        boolean full = commit.urgency() == Commit.Urgency.NARROWS && server.knowsScriptFlags();
        Registration script = full ? whenFull : plain;
        CommitArguments all = CommitArguments.of(commit);
        byte[][] keys = all.keys();
        byte[][] arguments = all.arguments();
        return commands.<byte[]>evalsha(script.hash(), ScriptOutputType.VALUE, keys, arguments)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> isUnknownScript(failure)
                        ? commands.<byte[]>eval(script.text(), ScriptOutputType.VALUE, keys, arguments)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Reads what the script says. */
    static RedisCalls.Answer<RecordWriter.Outcome> outcome(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.startsWith(RESTARTED)) {
            LOG.error("history_tampered restarted={}", text.substring(RESTARTED.length()));
            return RedisCalls.Answer.ok(new RecordWriter.Outcome.Committed(RecordWriter.Durability.UNCONFIRMED));
        }
        return switch (text) {
            case "OK" -> RedisCalls.Answer.ok(new RecordWriter.Outcome.Committed(RecordWriter.Durability.UNCONFIRMED));
            case "REQUEST", "RECORD", "NAME", "HISTORY" ->
                new RedisCalls.Answer<>(
                        new RecordWriter.Outcome.Conflict(Commit.Expected.valueOf(text)),
                        RedisObserver.Outcome.CONFLICT);
            default ->
                new RedisCalls.Answer<>(
                        new RecordWriter.Outcome.Refused("a key holds something else: " + text),
                        RedisObserver.Outcome.REFUSED);
        };
    }

    private static boolean isUnknownScript(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }
}
