package io.keywarden.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Which Keywarden this is, as the build wrote it into the jar. */
public final class Version implements IVersionProvider {
    /** The version alone; where there is no jar, a word instead. */
    public static String number() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "keywarden " + number(), "java " + System.getProperty("java.version") + ", " + System.getProperty("os.name")
        };
    }
}
