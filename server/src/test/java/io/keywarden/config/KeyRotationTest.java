package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRotationTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        folder = temporary.resolve("keys");
        NewKeys.write(folder, RANDOM);
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void steps_oneAfterTheOther_filesThatAServerStartsWith(KeyKind kind) throws IOException {
        KeyRotation.Step distributed = distribute(kind);
        assertThat(distributed.version()).isEqualTo(2);
        assertThat(distributed.other()).isEqualTo(1);
        assertThat(states(kind)).containsExactly("1 ACTIVE", "2 DISTRIBUTED");

        KeyRotation.Step activated = activate(kind);
        assertThat(activated.version()).isEqualTo(2);
        assertThat(activated.other()).isEqualTo(1);
        assertThat(states(kind)).containsExactly("1 DISTRIBUTED", "2 ACTIVE");

        KeyRotation.Step retired = retire(kind);
        assertThat(retired.version()).isEqualTo(1);
        assertThat(retired.other()).isEqualTo(2);
        assertThat(states(kind)).containsExactly("1 RETIRED", "2 ACTIVE");
        for (KeyRotation.Step step : List.of(distributed, activated, retired)) {
            assertThat(step.files()).hasSize(kind == KeyKind.SEALING ? 1 : 2);
        }
        distribute(kind);
        assertThat(states(kind)).containsExactly("1 RETIRED", "2 ACTIVE", "3 DISTRIBUTED");
    }

    @Test
    void distribute_signing_privateKeyInAdminsFileAlone() throws IOException {
        distribute(KeyKind.SIGNING);
        activate(KeyKind.SIGNING);
        assertThat(valid("admin.keys").signingKey().orElseThrow().id()).isEqualTo(2);
        assertThat(valid("check.keys").signingKey()).isEmpty();
        assertThat(valid("check.keys").verifyingKeys())
                .isEqualTo(valid("admin.keys").verifyingKeys());
        assertThat(text("check.keys")).doesNotContain("private");
    }

    @Test
    void distribute_pepper_sameKeyInBothFiles() throws IOException {
        distribute(KeyKind.PEPPER);
        byte[] part = {1};
        byte[] admin = valid("admin.keys").peppers().mac(2, part);
        assertThat(Arrays.equals(admin, valid("check.keys").peppers().mac(2, part)))
                .isTrue();
        assertThat(Arrays.equals(admin, valid("admin.keys").peppers().mac(1, part)))
                .isFalse();
    }

    @Test
    void distribute_sealing_checksFileAsItWas() throws IOException {
        String before = text("check.keys");
        distribute(KeyKind.SEALING);
        assertThat(text("check.keys")).isEqualTo(before);
        assertThat(valid("admin.keys").sealer().orElseThrow().ids()).containsExactly(1, 2);
    }

    @Test
    void steps_commentsAndOtherKeys_stay() throws IOException {
        Path file = folder.resolve("admin.keys");
        String text = text("admin.keys").replace("peppers:", "# ours, since spring\npeppers:  # two at most");
        Files.writeString(file, text.replaceFirst("(?m)^(  - \\{id: 1, state: ACTIVE, key: .*)$", "$1  # state: old"));
        List<String> before = Files.readAllLines(file);

        distribute(KeyKind.PEPPER);
        activate(KeyKind.PEPPER);

        List<String> after = Files.readAllLines(file);
        assertThat(after).hasSize(before.size() + 1);
        assertThat(after).contains("# ours, since spring", "peppers:  # two at most");
        assertThat(after.stream().filter(line -> line.endsWith("}  # state: old")))
                .singleElement()
                .asString()
                .contains("state: DISTRIBUTED, key");
        assertThat(after.stream().filter(line -> !before.contains(line))).hasSize(2);
    }

    @Test
    void steps_files_areForTheirOwnerOnlyAndNothingElseIsLeft() throws IOException {
        distribute(KeyKind.SIGNING);
        for (String name : List.of("admin.keys", "check.keys")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("admin.keys", "check.keys", "keys.lock");
        }
    }

    /** Puts check's file back to what it was before a step: that is what a crash between the two leaves. */
    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"PEPPER", "TAG", "SIGNING"})
    void steps_stoppedBetweenTheFiles_endWhenTakenAgain(KeyKind kind) throws IOException {
        String check = text("check.keys");
        distribute(kind);
        String admin = text("admin.keys");
        String whole = text("check.keys");
        putBack(check);
        assertThatThrownBy(() -> activate(kind)).hasMessageContaining("'keys distribute' once more");
        assertThat(distribute(kind).version()).isEqualTo(2);
        assertThat(text("admin.keys")).isEqualTo(admin);
        assertThat(text("check.keys")).isEqualTo(whole);

        activate(kind);
        admin = text("admin.keys");
        String activated = text("check.keys");
        putBack(whole);
        assertThatThrownBy(() -> retire(kind)).hasMessageContaining("'keys activate' once more");
        assertThat(activate(kind).files()).containsExactly(folder.resolve("check.keys"));
        assertThat(text("admin.keys")).isEqualTo(admin);
        assertThat(text("check.keys")).isEqualTo(activated);

        retire(kind);
        putBack(activated);
        try (KeyRotation rotation = KeyRotation.of(folder, kind)) {
            assertThat(rotation.retiring()).isEqualTo(new KeyRotation.Retiring(1, 2, true));
        }
        assertThat(retire(kind).files()).containsExactly(folder.resolve("check.keys"));
        assertThat(states(kind)).containsExactly("1 RETIRED", "2 ACTIVE");
    }

    @Test
    void steps_inTheWrongOrder_refusedWithTheRightOneAndNothingWritten() throws IOException {
        String before = text("admin.keys");
        assertThatThrownBy(() -> activate(KeyKind.PEPPER)).hasMessageContaining("'keys distribute' first");
        assertThatThrownBy(() -> retire(KeyKind.PEPPER)).hasMessageContaining("no version that was active before");
        assertThat(text("admin.keys")).isEqualTo(before);
        distribute(KeyKind.PEPPER);
        before = text("admin.keys");
        assertThatThrownBy(() -> distribute(KeyKind.PEPPER)).hasMessageContaining("DISTRIBUTED already");
        assertThatThrownBy(() -> retire(KeyKind.PEPPER)).hasMessageContaining("'keys activate' first");
        assertThat(text("admin.keys")).isEqualTo(before);
        activate(KeyKind.PEPPER);
        before = text("admin.keys");
        assertThatThrownBy(() -> activate(KeyKind.PEPPER)).hasMessageContaining("no version waits");
        assertThatThrownBy(() -> distribute(KeyKind.PEPPER)).hasMessageContaining("two versions are live");
        assertThat(text("admin.keys")).isEqualTo(before);
    }

    @Test
    void of_withoutAdminsFile_refused() throws IOException {
        Files.delete(folder.resolve("admin.keys"));
        assertThatThrownBy(() -> distribute(KeyKind.PEPPER)).hasMessageContaining("admin.keys does not exist");
    }

    @Test
    void distribute_withoutChecksFile_adminsAlone() throws IOException {
        Files.delete(folder.resolve("check.keys"));
        assertThat(distribute(KeyKind.PEPPER).files()).containsExactly(folder.resolve("admin.keys"));
        assertThat(folder.resolve("check.keys")).doesNotExist();
    }

    @Test
    void of_filesOfTwoInstallations_refused() throws IOException {
        Path other = temporary.resolve("other");
        NewKeys.write(other, RANDOM);
        String secret = Files.readString(other.resolve("check.keys"));
        putBack(secret);
        assertThatThrownBy(() -> distribute(KeyKind.PEPPER))
                .hasMessageContaining("another key in one file than in the other")
                .satisfies(e -> assertNoKeyOf(secret, String.valueOf(e)))
                .satisfies(e -> assertNoKeyOf(text("admin.keys"), String.valueOf(e)));
    }

    @Test
    void of_fileForOthersToo_refused() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("admin.keys"), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> distribute(KeyKind.PEPPER)).hasMessageContaining("chmod 600");
    }

    @Test
    void of_whileAnotherIsAtWork_refused() throws IOException {
        try (KeyRotation first = KeyRotation.of(folder, KeyKind.PEPPER)) {
            assertThat(first.requireThere()).isSameAs(first);
            assertThatThrownBy(() -> distribute(KeyKind.TAG)).hasMessageContaining("another 'keys' command");
        }
        distribute(KeyKind.TAG);
    }

    @Test
    void activate_versionOverSeveralLines_refusedAndNothingWrittenNorTold() throws IOException {
        distribute(KeyKind.PEPPER);
        Path file = folder.resolve("admin.keys");
        String text =
                text("admin.keys").replace("{id: 2, state: DISTRIBUTED, key:", "{id: 2, state: DISTRIBUTED,\n    key:");
        Files.writeString(file, text);
        assertThat(valid("admin.keys").peppers().ids()).containsExactly(1, 2);

        assertThatThrownBy(() -> activate(KeyKind.PEPPER))
                .hasMessageContaining("each version in a line of its own")
                .satisfies(e -> assertNoKeyOf(text, String.valueOf(e)));
        assertThat(text("admin.keys")).isEqualTo(text);
    }

    @Test
    void replace_fileThatNoServerWouldStartWith_leavesTheOldOne() throws IOException {
        String before = text("admin.keys");
        KeyFileText file = KeyFileText.read(folder.resolve("admin.keys"));
        List<String> spoiled =
                before.lines().map(line -> line.replace("peppers", "pepers")).toList();
        assertThatThrownBy(() -> file.replace(spoiled, KeyKind.TAG, java.util.Map.of(1, KeyState.ACTIVE)))
                .hasMessageContaining("pepers")
                .satisfies(e -> assertNoKeyOf(before, String.valueOf(e)));
        List<String> other = before.lines().toList();
        assertThatThrownBy(() -> file.replace(other, KeyKind.TAG, java.util.Map.of(1, KeyState.RETIRED)))
                .hasMessageContaining("left as it is");
        assertThat(text("admin.keys")).isEqualTo(before);
    }

    @Test
    void replace_linkToAFile_linkStays() throws IOException {
        Path real = temporary.resolve("real.keys");
        Files.move(folder.resolve("admin.keys"), real);
        Files.createSymbolicLink(folder.resolve("admin.keys"), real);
        distribute(KeyKind.SEALING);
        assertThat(folder.resolve("admin.keys")).isSymbolicLink();
        assertThat(Files.readString(real)).contains("DISTRIBUTED");
    }

    @Test
    void list_anyStep_statesInWordsAndNoKey() throws IOException {
        distribute(KeyKind.PEPPER);
        distribute(KeyKind.SIGNING);
        activate(KeyKind.SIGNING);
        List<String> lines = KeyRotation.list(folder);
        assertThat(lines)
                .contains(
                        "pepper   2  admin.keys: DISTRIBUTED (not active yet), check.keys: DISTRIBUTED (not active yet)",
                        "signing  1  admin.keys: DISTRIBUTED (active before), check.keys: DISTRIBUTED (active before)",
                        "sealing  1  admin.keys: ACTIVE");
        assertNoKeyOf(text("admin.keys"), lines.toString());
    }

    private KeyRotation.Step distribute(KeyKind kind) throws IOException {
        try (KeyRotation rotation = KeyRotation.of(folder, kind)) {
            return rotation.distribute(RANDOM);
        }
    }

    private KeyRotation.Step activate(KeyKind kind) throws IOException {
        try (KeyRotation rotation = KeyRotation.of(folder, kind)) {
            return rotation.activate();
        }
    }

    private KeyRotation.Step retire(KeyKind kind) throws IOException {
        try (KeyRotation rotation = KeyRotation.of(folder, kind)) {
            return rotation.retire();
        }
    }

    /** What both files say of a kind. */
    private List<String> states(KeyKind kind) throws IOException {
        List<String> admin = states("admin.keys", kind);
        if (kind != KeyKind.SEALING) {
            assertThat(states("check.keys", kind)).isEqualTo(admin);
        }
        return admin;
    }

    private List<String> states(String name, KeyKind kind) throws IOException {
        return KeyFileText.read(folder.resolve(name)).versions(kind).stream()
                .map(KeyFileText.Version::toString)
                .toList();
    }

    private void putBack(String check) throws IOException {
        Files.writeString(folder.resolve("check.keys"), check);
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private KeyFile valid(String name) {
        return KeyFile.read(folder.resolve(name)).fold(keys -> keys, problems -> {
            throw new AssertionError(problems);
        });
    }

    private static void assertNoKeyOf(String keyFile, String printed) {
        Pattern.compile("\"([^\"]{20,})\"")
                .matcher(keyFile)
                .results()
                .forEach(match ->
                        assertThat(printed).doesNotContain(match.group(1).substring(0, 20)));
    }
}
