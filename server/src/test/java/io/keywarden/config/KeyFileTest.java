package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        folder = temporary.resolve("keys");
        NewKeys.write(folder, new SecureRandom());
    }

    @Test
    void newKeys_files_areForTheirOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("admin.keys"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("check.keys"))))
                .isEqualTo("rw-------");
    }

    @Test
    void newKeys_whereKeysAre_writesNothing() throws IOException {
        Files.delete(folder.resolve("admin.keys"));

        assertThatThrownBy(() -> NewKeys.write(folder, new SecureRandom()))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("check.keys");
        assertThat(folder.resolve("admin.keys")).doesNotExist();
    }

    @Test
    void read_bothFiles_haveTheSameKeysButOneCannotSign() {
        KeyFile admin = valid("admin.keys");
        KeyFile check = valid("check.keys");

        assertThat(admin.signingKey()).isPresent();
        assertThat(check.signingKey()).isEmpty();
        assertThat(check.verifyingKeys()).isEqualTo(admin.verifyingKeys());
        byte[] part = {1};
        assertThat(Arrays.equals(admin.peppers().mac(1, part), check.peppers().mac(1, part)))
                .isTrue();
        assertThat(Arrays.equals(admin.tags().mac(1, part), check.tags().mac(1, part)))
                .isTrue();
        assertThat(Arrays.equals(admin.tags().mac(1, part), admin.peppers().mac(1, part)))
                .isFalse();
    }

    @Test
    void checkKeys_text_holdsNoPrivateKey() throws IOException {
        assertThat(Files.readString(folder.resolve("check.keys"))).doesNotContain("private");
    }

    @Test
    void checkKeys_text_holdsNothingThatOpensSealedSecrets() throws IOException {
        assertThat(Files.readString(folder.resolve("check.keys"))).doesNotContain("sealing");
        assertThat(valid("check.keys").sealer()).isEmpty();
        assertThat(valid("admin.keys").sealer()).isPresent();
    }

    @Test
    void read_fileOfBeforeThereWereSealingKeys_isValidWithoutThem() throws IOException {
        Path file = folder.resolve("admin.keys");
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.indexOf("sealing:")));

        assertThat(valid("admin.keys").sealer()).isEmpty();
    }

    @Test
    void read_sealingKeyOfAnotherLength_isRefused() throws IOException {
        Path file = folder.resolve("admin.keys");
        String text = Files.readString(file);
        int key = text.indexOf("key: \"", text.indexOf("sealing:")) + "key: \"".length();
        Files.writeString(file, text.substring(0, key) + text.substring(key + 4));

        assertThat(KeyFile.read(file).toString()).contains("sealing").contains("expected: 32");
    }

    @Test
    void read_secondVersion_isLiveUntilItIsRetired() throws IOException {
        String pepper = "{id: 2, state: DISTRIBUTED, key: \"" + "A".repeat(43) + "=\"}";
        Path file = folder.resolve("admin.keys");
        String text = Files.readString(file).replace("peppers:\n", "peppers:\n  - " + pepper + "\n");
        Files.writeString(file, text);
        assertThat(valid("admin.keys").peppers().ids()).containsExactly(1, 2);
        assertThat(valid("admin.keys").peppers().activeId()).isEqualTo(1);

        Files.writeString(file, text.replace("DISTRIBUTED", "RETIRED"));
        assertThat(valid("admin.keys").peppers().ids()).containsExactly(1);
    }

    @Test
    void read_damagedFile_saysWhatIsWrongAndNothingOfTheKeys() throws IOException {
        Path file = folder.resolve("admin.keys");
        String text = Files.readString(file);
        List<String> damaged = List.of(
                text.replace("format: 1", "format: 2"),
                text.replace("state: ACTIVE", "state: DISTRIBUTED"),
                text.replace("state: ACTIVE", "state: ACTVE"),
                text.replace("peppers:", "pepers:"),
                text.replace("key: \"", "key: \"!"),
                text.replace("public: \"", "public: \"AAAA"),
                text.replace("private: \"", "private: \"AAAA"),
                text.replace("}", "]"));

        for (String content : damaged) {
            Files.writeString(file, content);
            String problems = KeyFile.read(file).fold(keys -> "accepted", Object::toString);
            assertThat(problems).contains("admin.keys");
            assertNoKeyOf(text, problems);
        }
    }

    @Test
    void read_privateKeyOfAnotherPair_isRefused() throws IOException {
        Path other = folder.resolve("other");
        NewKeys.write(other, new SecureRandom());
        Path file = folder.resolve("admin.keys");
        Files.writeString(
                file, Files.readString(file).replace(privateKey(file), privateKey(other.resolve("admin.keys"))));

        assertThat(KeyFile.read(file).toString()).contains("belong together");
    }

    private static String privateKey(Path file) throws IOException {
        String text = Files.readString(file);
        int start = text.indexOf("private: \"") + "private: \"".length();
        return text.substring(start, text.indexOf('"', start));
    }

    @Test
    void toString_keys_printsIdsOnly() throws IOException {
        KeyFile keys = valid("admin.keys");
        String printed = keys + " " + keys.signingKey();

        assertThat(keys)
                .hasToString(
                        "signing [1] (active 1), peppers [1] (active 1), tag keys [1] (active 1), sealing keys [1] (active 1)");
        assertNoKeyOf(Files.readString(folder.resolve("admin.keys")), printed);
    }

    private static void assertNoKeyOf(String keyFile, String printed) {
        Pattern.compile("\"([^\"]{20,})\"")
                .matcher(keyFile)
                .results()
                .forEach(match ->
                        assertThat(printed).doesNotContain(match.group(1).substring(0, 20)));
    }

    private KeyFile valid(String name) {
        return KeyFile.read(folder.resolve(name)).fold(keys -> keys, problems -> {
            throw new AssertionError(problems);
        });
    }
}
