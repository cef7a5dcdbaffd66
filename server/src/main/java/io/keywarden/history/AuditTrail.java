package io.keywarden.history;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that the audit logs of one or several Admins say, by the keys of the records: about 200 bytes an event. */
public final class AuditTrail {
    private final Map<String, NavigableMap<Long, Set<Logged>>> events;
    private final List<String> unreadable;

    private AuditTrail(Map<String, NavigableMap<Long, Set<Logged>>> events, List<String> unreadable) {
        this.events = events;
        this.unreadable = unreadable;
    }

    /**
     * What a log says of an event.
     *
     * @param hash its hash
     * @param known whether it was written for sure
     */
    public record Logged(ByteString hash, boolean known) {}

    /**
     * Reads audit logs, in any order. A line that is cut off, as by a crash, does not stop it.
     *
     * @throws IOException if one cannot be read
     */
    public static AuditTrail read(List<Path> files) throws IOException {
        Map<String, NavigableMap<Long, Set<Logged>>> events = new TreeMap<>();
        List<String> unreadable = new ArrayList<>();
        for (Path file : files) {
            try (BufferedReader lines = lines(file)) {
                int number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    if (!line.isBlank()) {
                        read(line, file + ":" + number, events, unreadable);
                    }
                }
            }
        }
        return new AuditTrail(events, unreadable);
    }

    /** Whatever bytes there are: a line may be cut off within a character. */
    private static BufferedReader lines(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    private static void read(
            String line, String place, Map<String, NavigableMap<Long, Set<Logged>>> events, List<String> unreadable) {
        try {
            AuditEntry entry = AuditEntry.parse(line);
            Logged logged = new Logged(entry.event().hash(), entry.known());
            events.computeIfAbsent(entry.key(), key -> new TreeMap<>())
                    .merge(entry.event().count(), Set.of(logged), AuditTrail::both);
        } catch (IllegalArgumentException e) {
            unreadable.add(place + " " + e.getMessage());
        }
    }

    private static Set<Logged> both(Set<Logged> one, Set<Logged> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** The keys of the records whose events are in it, in order. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(events.keySet());
    }

    /** What it says of a record's events, by their numbers. */
    public NavigableMap<Long, Set<Logged>> of(String key) {
        return Collections.unmodifiableNavigableMap(events.getOrDefault(key, new TreeMap<>()));
    }

    /** How many events it knows. */
    public long size() {
        return events.values().stream().mapToLong(Map::size).sum();
    }

    /** Where lines are that cannot be read, and what is wrong with them. */
    public List<String> unreadable() {
        return Collections.unmodifiableList(unreadable);
    }
}
