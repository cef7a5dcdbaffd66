package io.keywarden.config;

import io.keywarden.config.KeyFileText.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes one kind of key in {@code admin.keys} and {@code check.keys}, step by step. A newer version has a higher id. Each file
 * is replaced in one step, Admin's first; whoever is stopped between the two takes the same step again, and it ends.
 */
public final class KeyRotation implements AutoCloseable {
    private static final String LOCK = "keys.lock";
    private static final int MOST_LIVE = 2;

    private final KeyKind kind;
    private final KeyFileText admin;
    private final Optional<KeyFileText> check;
    private final FileChannel lock;

    private KeyRotation(KeyKind kind, KeyFileText admin, Optional<KeyFileText> check, FileChannel lock) {
        this.kind = kind;
        this.admin = admin;
        this.check = check;
        this.lock = lock;
    }

    /**
     * What a step did.
     *
     * @param version the version that it was about
     * @param other the other live version; 0 where there is none
     * @param files the files that were written
     */
    public record Step(int version, int other, List<Path> files) {
        /** Copies the list. */
        public Step {
            files = List.copyOf(files);
        }
    }

    /**
     * What retiring would take away.
     *
     * @param version the version
     * @param active the one that took its place
     * @param isBegun whether Admin's file has it retired already: a step before this one was stopped
     */
    public record Retiring(int version, int active, boolean isBegun) {}

    /**
     * Looks at a folder's key files. Nobody else changes them until it is closed.
     *
     * @throws IOException if there is no {@code admin.keys}, or a server would not start with what is there
     */
    public static KeyRotation of(Path folder, KeyKind kind) throws IOException {
        Path adminFile = folder.resolve(NewKeys.ADMIN_FILE);
        if (!Files.exists(adminFile)) {
            throw new IOException(adminFile + " does not exist (expected: the folder with " + NewKeys.ADMIN_FILE
                    + "; check.keys is changed together with it, and then copied)");
        }
        FileChannel lock = lock(folder);
        try {
            Path checkFile = folder.resolve(NewKeys.CHECK_FILE);
            KeyFileText admin = KeyFileText.read(adminFile);
            Optional<KeyFileText> check = kind.isForCheck() && Files.exists(checkFile)
                    ? Optional.of(KeyFileText.read(checkFile))
                    : Optional.empty();
            KeyRotation rotation = new KeyRotation(kind, admin, check, lock);
            rotation.requireRight();
            return rotation;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                SecretFile.forOwnerAlone());
        if (tryLock(channel) == null) {
            channel.close();
            throw new IOException(folder.resolve(LOCK) + " is locked: another 'keys' command is at work there");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // In this very process.
            return null;
        }
    }

    /** Lists the versions of each kind that a folder's files hold, in words, without the keys. */
    public static List<String> list(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (KeyKind kind : KeyKind.values()) {
            try (KeyRotation rotation = of(folder, kind)) {
                rotation.ids()
                        .forEach(id -> lines.add(String.format("%-8s %d  %s", kind.text(), id, rotation.words(id))));
            }
        }
        return lines;
    }

    private String words(int id) {
        return files().map(file -> file.file().getFileName() + ": "
                        + file.find(kind, id)
                                .map(version -> words(file, version))
                                .orElse("not there"))
                .collect(Collectors.joining(", "));
    }

    private String words(KeyFileText file, Version version) {
        return version.state() == KeyState.DISTRIBUTED
                ? version.state() + (version.id() > active(file) ? " (not active yet)" : " (active before)")
                : version.state().toString();
    }

    /** Adds a new version that checks and makes nothing yet; where a step was stopped, to the file that lacks it. */
    public Step distribute(SecureRandom random) throws IOException {
        for (Version version : admin.live(kind)) {
            if (check.isPresent() && check.get().find(kind, version.id()).isEmpty()) {
                return new Step(
                        version.id(),
                        active(check.get()),
                        List.of(add(check.get(), version.id(), fields(version.known()))));
            }
        }
        if (coming(admin).isPresent()) {
            throw refused("the new version is DISTRIBUTED already (expected: 'keys activate' as the next step)");
        }
        if (files().anyMatch(file -> file.live(kind).size() >= MOST_LIVE)) {
            throw refused("two versions are live (expected: 'keys retire' for the older one first)");
        }
        int id = ids().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        NewKeys.Made made = NewKeys.make(kind, random);
        List<Path> written = new ArrayList<>();
        written.add(add(admin, id, made.secret()));
        if (check.isPresent()) {
            written.add(add(check.get(), id, fields(made.known())));
        }
        return new Step(id, active(admin), written);
    }

    private String fields(String known) {
        return NewKeys.field(kind.known(), known);
    }

    private Path add(KeyFileText file, int id, String fields) throws IOException {
        Map<Integer, KeyState> states = states(file);
        states.put(id, KeyState.DISTRIBUTED);
        file.replace(file.with(kind, id, fields), kind, states);
        return file.file();
    }

    /** Lets the newest version make from now on; the one before still checks. */
    public Step activate() throws IOException {
        Optional<Version> next = files().flatMap(file -> coming(file).stream()).findFirst();
        if (next.isEmpty()) {
            throw refused("no version waits to become active (expected: 'keys distribute' first)");
        }
        int id = next.get().id();
        for (KeyFileText file : files().toList()) {
            if (file.find(kind, id).filter(Version::isLive).isEmpty()) {
                throw refused(file.file() + " does not have " + id + " (expected: 'keys distribute' once more)");
            }
        }
        int before = files().mapToInt(this::active)
                .filter(active -> active != id)
                .findFirst()
                .orElse(0);
        return change(
                id, before, Map.of(before, KeyState.DISTRIBUTED, id, KeyState.ACTIVE), file -> active(file) != id);
    }

    /** What retiring would take away. */
    public Retiring retiring() throws IOException {
        Optional<Version> old = files().flatMap(file -> going(file).stream()).findFirst();
        if (old.isEmpty()) {
            throw refused(
                    files().anyMatch(file -> coming(file).isPresent())
                            ? "the new version is not active yet (expected: 'keys activate' first)"
                            : "there is no version that was active before (expected: 'keys distribute', then 'keys"
                                    + " activate')");
        }
        int id = old.get().id();
        if (files().anyMatch(file -> active(file) <= id)) {
            throw refused("the files are not in the same step (expected: 'keys activate' once more)");
        }
        return new Retiring(id, active(admin), going(admin).isEmpty());
    }

    /** Takes the version out of use that was active before. */
    public Step retire() throws IOException {
        int id = retiring().version();
        return change(
                id,
                active(admin),
                Map.of(id, KeyState.RETIRED),
                file -> file.find(kind, id).filter(Version::isLive).isPresent());
    }

    private Step change(int id, int other, Map<Integer, KeyState> states, Needing needing) throws IOException {
        List<Path> written = new ArrayList<>();
        for (KeyFileText file : files().toList()) {
            if (needing.needs(file)) {
                Map<Integer, KeyState> all = states(file);
                all.putAll(states);
                file.replace(file.with(kind, states), kind, all);
                written.add(file.file());
            }
        }
        return new Step(id, other, written);
    }

    /** Whether a file is still to be changed. */
    private interface Needing {
        boolean needs(KeyFileText file);
    }

    private Stream<KeyFileText> files() {
        return Stream.concat(Stream.of(admin), check.stream());
    }

    private List<Integer> ids() {
        return files().flatMap(file -> file.versions(kind).stream())
                .map(Version::id)
                .distinct()
                .sorted()
                .toList();
    }

    private Map<Integer, KeyState> states(KeyFileText file) {
        Map<Integer, KeyState> states = new TreeMap<>();
        file.versions(kind).forEach(version -> states.put(version.id(), version.state()));
        return states;
    }

    /** The id of the active version; 0 where there is none. */
    private int active(KeyFileText file) {
        return file.versions(kind).stream()
                .filter(version -> version.state() == KeyState.ACTIVE)
                .mapToInt(Version::id)
                .findFirst()
                .orElse(0);
    }

    private Optional<Version> coming(KeyFileText file) {
        return file.live(kind).stream()
                .filter(version -> version.id() > active(file))
                .findFirst();
    }

    private Optional<Version> going(KeyFileText file) {
        return file.live(kind).stream()
                .filter(version -> version.id() < active(file))
                .findFirst();
    }

    private void requireRight() throws IOException {
        for (Version version : admin.live(kind)) {
            Optional<Version> other =
                    check.flatMap(file -> file.find(kind, version.id())).filter(Version::isLive);
            if (other.isPresent() && !other.get().known().equals(version.known())) {
                throw refused(version.id() + " is another key in one file than in the other (expected: the two files of"
                        + " one installation)");
            }
        }
        List<Integer> strange = check.stream()
                .flatMap(file -> file.live(kind).stream())
                .map(Version::id)
                .filter(id -> admin.find(kind, id).isEmpty())
                .toList();
        if (!strange.isEmpty()) {
            throw refused(
                    admin.file() + " does not have " + strange + " (expected: the two files of one installation)");
        }
    }

    /** Where the kind is in no file, the steps are about nothing. */
    public KeyRotation requireThere() throws IOException {
        if (admin.versions(kind).isEmpty()) {
            throw refused("there is none in " + admin.file()
                    + " (expected: one made with init-keys in another folder, and" + " its section copied)");
        }
        return this;
    }

    private IOException refused(String why) {
        return new IOException(kind.text() + ": " + why);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
