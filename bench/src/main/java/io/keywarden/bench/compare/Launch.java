package io.keywarden.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How Keywarden's launcher runs Java, read from a process that it started, so that nothing here repeats it.
 *
 * @param environment what it tells the C library about memory
 * @param java the program, its flags, {@code -jar} and the jar
 */
record Launch(Map<String, String> environment, List<String> java) {
    Launch {
        environment = Map.copyOf(environment);
        java = List.copyOf(java);
    }

    /** Reads it from a running Keywarden. */
    static Launch of(long pid) {
        List<String> all = Proc.commandLine(pid);
        int jar = all.indexOf("-jar");
        if (jar < 0) {
            throw new IllegalStateException(all + " (expected: a Java that runs a jar)");
        }
        Map<String, String> environment = Proc.environment(pid).stream()
                .filter(word -> word.startsWith("MALLOC_"))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(word -> word[0], word -> word[1]));
        return new Launch(environment, all.subList(0, jar + 2));
    }

    /** The command that runs Keywarden, past the launcher. */
    List<String> keywarden(String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        return command;
    }

    /** The flags of the JVM itself and of gRPC's buffers, but for the archive of Keywarden's own classes. */
    List<String> flags() {
        return java.stream()
                .filter(word ->
                        (word.startsWith("-X") || word.startsWith("-Dio.grpc.")) && !word.contains("SharedArchiveFile"))
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
