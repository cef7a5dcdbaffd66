package io.keywarden.process;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.function.Function;

/** What came of looking for a program. */
public sealed interface BinaryLookup {

    <R> R fold(Function<? super Located, R> onLocated, Function<? super Missing, R> onMissing);

    /** A program that was run once to ask for its version. */
    record Located(Path path, String version, Origin origin) implements BinaryLookup {

        public Located {
            requireNonNull(path, "path");
            requireNonNull(version, "version");
            requireNonNull(origin, "origin");
        }

        /** The first number of the version. */
        public int majorVersion() {
            int dot = version.indexOf('.');
            return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
        }

        @Override
        public <R> R fold(Function<? super Located, R> onLocated, Function<? super Missing, R> onMissing) {
            return onLocated.apply(this);
        }
    }

    /** No program that would do; one line says why and what to do. */
    record Missing(String reason) implements BinaryLookup {

        public Missing {
            requireNonNull(reason, "reason");
        }

        @Override
        public <R> R fold(Function<? super Located, R> onLocated, Function<? super Missing, R> onMissing) {
            return onMissing.apply(this);
        }
    }

    /** Where a program came from. */
    enum Origin {
        /** Named by an environment variable. */
        ENVIRONMENT,
        /** A folder of {@code PATH}. */
        PATH,
        /** Kept from an earlier download or unpacking. */
        CACHE,
        /** Downloaded just now. */
        DOWNLOAD,
        /** Unpacked just now from a library that carries it. */
        EMBEDDED
    }
}
