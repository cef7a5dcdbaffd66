package io.keywarden.cli;

import io.keywarden.config.ConfigProblem;
import io.keywarden.config.Loaded;
import java.util.List;
import java.util.stream.Collectors;

/** Turns what is wrong with a file into the end of a command. */
public final class Configs {
    private Configs() {}

    /** What the file says; a UserError with one line for each problem where it is wrong. */
    public static <T> T orUserError(Loaded<T> loaded) {
        return loaded.fold(value -> value, problems -> {
            throw new UserError(ExitCode.USAGE, lines(problems));
        });
    }

    private static String lines(List<ConfigProblem> problems) {
        return problems.stream().map(ConfigProblem::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
