package io.keywarden.demo;

import io.keywarden.process.BinaryLookup;
import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.RedisBinary;
import io.keywarden.process.ToolCache;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The programs that the demo runs beside Keywarden. */
final class Programs {
    private final Map<String, String> environment;
    private final Path cache;

    /** {@code otherwise} is where downloads are kept for a user without a home. */
    Programs(Map<String, String> environment, Path otherwise) {
        this.environment = Map.copyOf(environment);
        this.cache = ToolCache.folder(environment, otherwise);
    }

    Located redis() throws DemoProblem, InterruptedException {
        BinaryLookup lookup = new RedisBinary(environment, cache).find();
        Optional<Located> found = located(lookup);
        if (found.isEmpty()) {
            throw new DemoProblem("The demo can't run without Redis: " + reason(lookup) + ".");
        }
        return found.get();
    }

    /** Envoy or, in one line, why there is none. */
    BinaryLookup envoy(Progress progress) throws InterruptedException {
        return EnvoySearch.find(environment, cache, progress);
    }

    boolean hasGrpcurl() {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "grpcurl")));
    }

    static Optional<Located> located(BinaryLookup lookup) {
        return lookup.fold(Optional::of, missing -> Optional.empty());
    }

    static String reason(BinaryLookup lookup) {
        return lookup.fold(located -> "", BinaryLookup.Missing::reason);
    }
}
