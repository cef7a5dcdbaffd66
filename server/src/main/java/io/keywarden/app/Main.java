package io.keywarden.app;

import io.keywarden.cli.KeywardenCommand;
import io.keywarden.demo.DemoCommand;
import java.util.Map;

/** Where the program begins. */
public final class Main {
    private Main() {}

    /** Runs one command, and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Other packages put their commands in here, by name.
        System.exit(KeywardenCommand.with(new ServerRunner(), Map.of("demo", new DemoCommand()))
                .execute(arguments));
    }
}
