package io.keywarden.demo;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where this program lies.
 *
 * @param root the project's folder, which holds the launcher; {@code target/demo} is below it
 * @param jar the program
 * @param java the Java that runs it, and its children too
 * @param workingFolder where the user stands: printed commands work from here
 */
record Installation(Path root, Path jar, Path java, Path workingFolder) {
    private static final String LAUNCHER = "keywarden";

    static Installation ofThisProgram() throws DemoProblem {
        Path jar = jarOfThisProgram();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path workingFolder = Path.of("").toAbsolutePath().normalize();
        Path target = jar.getParent();
        Path root = target == null ? null : target.resolve("..").resolve("..").normalize();
        if (root == null || !Files.isRegularFile(root.resolve(LAUNCHER))) {
            throw new DemoProblem("The demo belongs to a checkout of the project: " + jar
                    + " does not lie in one (expected: the jar in server/target, the launcher beside server).");
        }
        return new Installation(root, jar, java, workingFolder);
    }

    Path demoFolder() {
        return root.resolve("target").resolve("demo");
    }

    /** A database of countries that is good enough to try. */
    Path sampleCountries() {
        return root.resolve("config").resolve("sample-country.mmdb");
    }

    /** The launcher as the user would type it here. */
    String launcher() {
        Path launcher = root.resolve(LAUNCHER);
        return isHere() ? "." + File.separator + LAUNCHER : ShellWord.of(launcher.toString());
    }

    /** A file as the user would type it here. */
    String typed(Path file) {
        return ShellWord.of(isHere() ? root.relativize(file).toString() : file.toString());
    }

    private boolean isHere() {
        return workingFolder.equals(root);
    }

    private static Path jarOfThisProgram() throws DemoProblem {
        try {
            return Path.of(Installation.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath()
                    .normalize();
        } catch (URISyntaxException e) {
            throw new DemoProblem("Where this program lies can't be told: " + e.getMessage());
        }
    }
}
