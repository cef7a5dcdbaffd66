package io.keywarden.telemetry;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each role needs before it can do its work, and what of it is there now. Safe for use by several threads.
 */
public final class Readiness {
    /** Something that a role needs. */
    public enum Component {
        /** Its keys were read. */
        KEYS,
        /** Redis answers. */
        REDIS,
        /** The store is the one that it should be. */
        MARKER,
        /** The code that answers has run, so that the first caller does not wait for it to be loaded. */
        WARM,
        /** It is not being stopped. */
        RUNNING
    }

    private final Map<String, Set<Component>> needs;
    /** Guarded by this. */
    private final Map<Component, Boolean> present = new EnumMap<>(Component.class);

    /**
     * Starts with nothing there.
     *
     * @param needs what each role needs, by the role's name
     */
    public Readiness(Map<String, Set<Component>> needs) {
        this.needs = Collections.unmodifiableMap(new TreeMap<>(needs));
    }

    /** Notes that something is there now, or is not. */
    public synchronized void set(Component component, boolean isThere) {
        present.put(component, isThere);
    }

    /** The names of the roles. */
    public Set<String> roles() {
        return needs.keySet();
    }

    /** What a role needs, and whether it is there; empty if this process does not have the role. */
    public synchronized Optional<Map<Component, Boolean>> of(String role) {
        return Optional.ofNullable(needs.get(role)).map(components -> {
            Map<Component, Boolean> state = new EnumMap<>(Component.class);
            components.forEach(component -> state.put(component, present.getOrDefault(component, false)));
            return state;
        });
    }

    /** Whether a role has all that it needs. */
    public boolean isReady(String role) {
        return of(role).map(state -> !state.containsValue(false)).orElse(false);
    }
}
