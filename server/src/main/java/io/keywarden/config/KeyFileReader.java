package io.keywarden.config;

import io.keywarden.credential.HmacKeys;
import io.keywarden.delivery.SecretSealer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Turns the YAML of a key file into keys. No message holds anything of a key. */
final class KeyFileReader {
    /** The layout of key files that this program knows. */
    static final String FORMAT = "1";

    private static final Set<String> KEYS = Set.of("format", "signing", "peppers", "tags", "sealing");

    private final Problems problems;
    private final YamlNode root;

    KeyFileReader(Path file, YamlNode root) {
        this.problems = new Problems(file, root);
        this.root = root;
    }

    Loaded<KeyFile> read() {
        root.fields().forEach((name, child) -> {
            if (!KEYS.contains(name)) {
                problems.add(child.line(), name + ": no such key (expected: format, signing, peppers, tags, sealing)");
            }
        });
        YamlNode format = root.fields().get("format");
        if (format == null || !format.text().equals(FORMAT)) {
            problems.add(root.lineOf("format"), "format: unknown (expected: " + FORMAT + ")");
            return new Loaded.Invalid<>(problems.all());
        }
        Map<Integer, Version> signing = versions("signing", Set.of("id", "state", "public", "private"));
        Optional<HmacKeys> peppers = hmacKeys("peppers");
        Optional<HmacKeys> tags = hmacKeys("tags");
        Optional<SecretSealer> sealing = sealing();
        Map<Integer, PublicKey> verifying = verifyingKeys(signing);
        Optional<SigningKey> signer = signer(signing);
        signer.filter(key -> !isPair(key.privateKey(), verifying.get(key.id())))
                .ifPresent(key -> problems.add(
                        root.lineOf("signing"),
                        "signing: key " + key.id() + " (expected: 'private' and 'public' that belong together)"));
        if (problems.count() > 0 || peppers.isEmpty() || tags.isEmpty()) {
            return new Loaded.Invalid<>(problems.all());
        }
        return new Loaded.Valid<>(new KeyFile(peppers.get(), tags.get(), verifying, signer, sealing));
    }

    private Optional<HmacKeys> hmacKeys(String name) {
        return keys(name, HmacKeys::new);
    }

    /** Only Admin has some, and one that was made before there were any has none. */
    private Optional<SecretSealer> sealing() {
        return root.fields().containsKey("sealing") ? keys("sealing", SecretSealer::new) : Optional.empty();
    }

    private <T> Optional<T> keys(String name, BiFunction<Integer, Map<Integer, byte[]>, T> make) {
        int before = problems.count();
        Map<Integer, byte[]> keys = new HashMap<>();
        int active = 0;
        for (Version version : versions(name, Set.of("id", "state", "key")).values()) {
            keys.put(version.id(), bytes(version, "key"));
            active = version.state() == KeyState.ACTIVE ? version.id() : active;
        }
        if (problems.count() > before) {
            return Optional.empty();
        }
        try {
            return Optional.of(make.apply(active, keys));
        } catch (IllegalArgumentException e) {
            problems.add(root.lineOf(name), name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Map<Integer, PublicKey> verifyingKeys(Map<Integer, Version> versions) {
        Map<Integer, PublicKey> keys = new HashMap<>();
        for (Version version : versions.values()) {
            try {
                X509EncodedKeySpec spec = new X509EncodedKeySpec(bytes(version, "public"));
                keys.put(version.id(), KeyFactory.getInstance("Ed25519").generatePublic(spec));
            } catch (GeneralSecurityException e) {
                problems.add(version.node().line(), "signing: 'public' is not an Ed25519 public key");
            }
        }
        return keys;
    }

    private Optional<SigningKey> signer(Map<Integer, Version> versions) {
        for (Version version : versions.values()) {
            if (version.state() == KeyState.ACTIVE && version.node().fields().containsKey("private")) {
                return privateKey(version).map(key -> new SigningKey(version.id(), key));
            }
        }
        return Optional.empty();
    }

    private Optional<PrivateKey> privateKey(Version version) {
        try {
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(bytes(version, "private"));
            return Optional.of(KeyFactory.getInstance("Ed25519").generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            problems.add(version.node().line(), "signing: 'private' is not an Ed25519 private key");
            return Optional.empty();
        }
    }

    /** Whether one verifies what the other signs: a mixed file would make records that nobody believes. */
    private static boolean isPair(PrivateKey privateKey, @Nullable PublicKey publicKey) {
        if (publicKey == null) {
            return false;
        }
        try {
            byte[] probe = "keywarden key file 1".getBytes(StandardCharsets.US_ASCII);
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(probe);
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey);
            verifier.update(probe);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The versions of one key that are in use; exactly one of them must be active. */
    private Map<Integer, Version> versions(String name, Set<String> known) {
        YamlNode list = root.fields().get(name);
        if (list == null || list.kind() != YamlNode.Kind.LIST) {
            problems.add(root.lineOf(name), name + ": is not there (expected: a list of versions)");
            return Map.of();
        }
        int before = problems.count();
        List<Version> all = new ArrayList<>();
        for (YamlNode item : list.items()) {
            version(name, item, known).ifPresent(all::add);
        }
        Map<Integer, Version> live = new LinkedHashMap<>();
        for (Version version : all) {
            if (version.state() != KeyState.RETIRED && live.put(version.id(), version) != null) {
                problems.add(version.node().line(), name + ": id " + version.id() + " stands here a second time");
            }
        }
        long active =
                live.values().stream().filter(v -> v.state() == KeyState.ACTIVE).count();
        if (active != 1 && problems.count() == before) {
            problems.add(list.line(), name + ": " + active + " versions are ACTIVE (expected: 1)");
        }
        return live;
    }

    private Optional<Version> version(String name, YamlNode item, Set<String> known) {
        for (Map.Entry<String, YamlNode> field : item.fields().entrySet()) {
            if (!known.contains(field.getKey())) {
                problems.add(field.getValue().line(), name + "." + field.getKey() + ": no such key");
                return Optional.empty();
            }
        }
        try {
            int id = Integer.parseInt(text(item, "id"));
            if (id < 1) {
                throw new IllegalArgumentException("id");
            }
            return Optional.of(new Version(id, KeyState.valueOf(text(item, "state")), item));
        } catch (IllegalArgumentException e) {
            problems.add(item.line(), name + ": expected: id from 1, and state DISTRIBUTED, ACTIVE or RETIRED");
            return Optional.empty();
        }
    }

    private byte[] bytes(Version version, String field) {
        try {
            return Base64.getDecoder().decode(text(version.node(), field));
        } catch (IllegalArgumentException e) {
            problems.add(version.node().line(), "'" + field + "' is not base64");
            return new byte[0];
        }
    }

    private static String text(YamlNode node, String field) {
        YamlNode child = node.fields().get(field);
        return child == null ? "" : child.text();
    }

    private record Version(int id, KeyState state, YamlNode node) {}
}
