package io.keywarden.bench.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * How Keywarden's launcher runs Java, read from a process that it started, so that nothing here repeats it.
 *
 * @param java the program, its flags, {@code -jar} and the jar
 */
record Launch(List<String> java) {
    Launch {
        java = List.copyOf(java);
    }

    /** Reads it from a running Keywarden. */
    static Launch of(long pid) {
        List<String> all = Proc.commandLine(pid);
        int jar = all.indexOf("-jar");
        if (jar < 0) {
            throw new IllegalStateException(all + " (expected: a Java that runs a jar)");
        }
        return new Launch(all.subList(0, jar + 2));
    }

    /** The command that runs Keywarden, past the launcher. */
    List<String> keywarden(String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        return command;
    }

    /** The flags of the JVM itself, but for the archive of Keywarden's own classes. */
    List<String> flags() {
        return java.stream()
                .filter(word -> word.startsWith("-X") && !word.contains("SharedArchiveFile"))
                .toList();
    }

    /** The command that runs a main class of ours under the same JVM with the same flags. */
    List<String> other(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java.get(0)));
        command.addAll(flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
