package io.keywarden.config;

import io.keywarden.credential.HmacKeys;
import io.keywarden.delivery.SecretSealer;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The keys of one process, as {@code admin.keys} or {@code check.keys} has them. Prints ids, and nothing of the keys.
 */
public final class KeyFile {
    private final HmacKeys peppers;
    private final HmacKeys tags;
    private final Map<Integer, PublicKey> verifyingKeys;
    private final Optional<SigningKey> signingKey;
    private final Optional<SecretSealer> sealer;

    KeyFile(
            HmacKeys peppers,
            HmacKeys tags,
            Map<Integer, PublicKey> verifyingKeys,
            Optional<SigningKey> signingKey,
            Optional<SecretSealer> sealer) {
        this.peppers = peppers;
        this.tags = tags;
        this.verifyingKeys = Map.copyOf(verifyingKeys);
        this.signingKey = signingKey;
        this.sealer = sealer;
    }

    /** Reads a key file that only its owner may read. */
    public static Loaded<KeyFile> read(Path file) {
        Optional<String> problem = SecretFile.problem(file);
        if (problem.isPresent()) {
            return new Loaded.Invalid<>(List.of(new ConfigProblem(file, 0, problem.get())));
        }
        return YamlFile.read(file).fold(root -> new KeyFileReader(file, root).read(), Loaded.Invalid::new);
    }

    /** The live peppers, under which secrets' digests are made. */
    public HmacKeys peppers() {
        return peppers;
    }

    /** The live tag keys, under which the tags of token ids and aliases are made. */
    public HmacKeys tags() {
        return tags;
    }

    /** The live keys by which records' signatures are verified, by their ids. */
    public Map<Integer, PublicKey> verifyingKeys() {
        return verifyingKeys;
    }

    /** The key that signs; empty in a file for check. */
    public Optional<SigningKey> signingKey() {
        return signingKey;
    }

    /** What keeps secrets that can be told again; empty in a file for check, and where there is no key for it. */
    public Optional<SecretSealer> sealer() {
        return sealer;
    }

    @Override
    public String toString() {
        return "signing " + new TreeSet<>(verifyingKeys.keySet())
                + signingKey.map(key -> " (active " + key.id() + ")").orElse(" (public)")
                + ", peppers " + peppers.ids() + " (active " + peppers.activeId() + "), tag keys " + tags.ids()
                + " (active " + tags.activeId() + ")"
                + sealer.map(keys -> ", " + keys).orElse("");
    }
}
