package io.keywarden.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes the first version of every key, and writes the two files: the one that can make tokens, and the one that cannot. */
public final class NewKeys {
    /** The file for Admin, or for Admin and check in one process. */
    public static final String ADMIN_FILE = "admin.keys";
    /** The file for check alone. */
    public static final String CHECK_FILE = "check.keys";

    private static final int KEY_BYTES = 32;

    private NewKeys() {}

    /**
     * Writes both files, mode 0600, into a folder of mode 0700 that is made if it is missing.
     *
     * @throws FileAlreadyExistsException if one of the files is there already: keys are never written over
     * @throws IOException if they cannot be written
     */
    public static void write(Path folder, SecureRandom random) throws IOException {
        Path admin = folder.resolve(ADMIN_FILE);
        Path check = folder.resolve(CHECK_FILE);
        for (Path file : new Path[] {admin, check}) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file
                        + " is there already (expected: a folder without keys: whoever loses keys loses all tokens)");
            }
        }
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        KeyPair signing = keyPair(random);
        String publicKey = base64(signing.getPublic().getEncoded());
        String privateKey = base64(signing.getPrivate().getEncoded());
        String rest = rest(base64(bytes(random)), base64(bytes(random)));
        String signingHead = "signing:\n  - {id: 1, state: ACTIVE, public: \"" + publicKey + "\"";
        writeNew(
                admin,
                "# Keywarden's keys for Admin. Whoever has this file can make tokens.\nformat: 1\n" + signingHead
                        + ", private: \"" + privateKey + "\"}\n" + rest + version("sealing", base64(bytes(random))));
        writeNew(
                check,
                "# Keywarden's keys for check. They make no token, and must stay secret all the same.\nformat: 1\n"
                        + signingHead + "}\n" + rest);
    }

    /**
     * A new key, as a key file has it. Prints nothing of it.
     *
     * @param secret the fields of it in the file for Admin, as YAML
     * @param known what every file has that holds it: the key itself, or the public part
     */
    record Made(String secret, String known) {
        @Override
        public String toString() {
            return "Made[hidden]";
        }
    }

    /** Makes another key of a kind. */
    static Made make(KeyKind kind, SecureRandom random) {
        if (kind != KeyKind.SIGNING) {
            String key = base64(bytes(random));
            return new Made(field("key", key), key);
        }
        KeyPair pair = keyPair(random);
        String known = base64(pair.getPublic().getEncoded());
        return new Made(
                field("public", known) + ", "
                        + field("private", base64(pair.getPrivate().getEncoded())),
                known);
    }

    /** A field of a version, as YAML. */
    static String field(String name, String base64) {
        return name + ": \"" + base64 + "\"";
    }

    private static String rest(String pepper, String tag) {
        return version("peppers", pepper) + version("tags", tag);
    }

    private static String version(String name, String key) {
        return name + ":\n  - {id: 1, state: ACTIVE, key: \"" + key + "\"}\n";
    }

    private static void writeNew(Path file, String text) throws IOException {
        Files.createFile(file, SecretFile.forOwnerAlone());
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    }

    private static KeyPair keyPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Ed25519 is missing (expected: every Java platform from 15 has it)", e);
        }
    }

    private static byte[] bytes(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
