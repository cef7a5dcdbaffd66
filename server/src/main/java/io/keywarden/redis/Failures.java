package io.keywarden.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads what Lettuce's exceptions mean. */
final class Failures {
    private static final int TEXT_LENGTH = 200;
    private static final int MAX_DEPTH = 10;
    /** What stands before the arguments that Redis repeats. */
    private static final String ARGUMENTS = ", with args beginning with:";
    /** With these Redis refuses a script before it starts, or at its first write: later ones it lets pass. */
    private static final Set<String> BEFORE_ANY_WRITE = Set.of("OOM", "MISCONF", "NOREPLICAS", "READONLY");

    /** With these Redis, or a cluster's node, says that the command belongs elsewhere, or cannot be taken right now. */
    private static final Set<String> ELSEWHERE =
            Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "READONLY", "MASTERDOWN", "LOADING");

    private Failures() {}

    /** Whether the user may not run the command. */
    static boolean isForbidden(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException refused
                && code(refused).equals("NOPERM");
    }

    /** Whether Redis is older than 6.0, and so does not know the command that begins RESP3. */
    static boolean isBeforeHello(@Nullable Throwable failure) {
        String text = text(failure);
        return text.contains("unknown command") && text.contains("HELLO");
    }

    /** Whether Redis answered with an error, and so that no more can come of the command. */
    static boolean isAnswer(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException;
    }

    /**
     * Whether an error of Redis can be from the midst of a script, which may have written by then. It happens where the
     * user may run scripts, but not all commands that they call.
     */
    static boolean isFromWithinScript(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException refused
                && text(refused).contains("user_script")
                && !BEFORE_ANY_WRITE.contains(code(refused));
    }

    /** The word that an error of Redis begins with, such as MOVED; empty where something else happened. */
    static String errorCode(Throwable failure) {
        return cause(failure) instanceof RedisCommandExecutionException refused ? code(refused) : "";
    }

    /** Whether nothing was done because another server is responsible, or this one is not for the moment. */
    static boolean isElsewhere(Throwable failure) {
        return ELSEWHERE.contains(errorCode(failure));
    }

    /** What happened, for people. */
    static String text(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause == null) {
            return "nothing came";
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        Throwable root = cause;
        for (int depth = 0; depth < MAX_DEPTH && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        String text = root == cause ? message(cause) : message(cause) + ": " + message(root);
        return text.length() <= TEXT_LENGTH ? text : text.substring(0, TEXT_LENGTH);
    }

    /** A Redis that does not know a command repeats its arguments, and those of HELLO and AUTH hold the password. */
    private static String message(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        int repeated = message.indexOf(ARGUMENTS);
        return repeated < 0 ? message : message.substring(0, repeated);
    }

    private static String code(RedisCommandExecutionException refused) {
        String text = text(refused);
        // Before 7.0 an error within a script is "ERR Error running script …: -CODE …".
        int within = text.lastIndexOf(": -");
        String bare = within < 0 ? text : text.substring(within + 3);
        int space = bare.indexOf(' ');
        return space < 0 ? bare : bare.substring(0, space);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        if (failure instanceof CompletionException || failure instanceof ExecutionException) {
            return failure.getCause() == null ? failure : failure.getCause();
        }
        return failure;
    }
}
