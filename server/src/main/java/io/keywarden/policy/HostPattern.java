package io.keywarden.policy;

import io.keywarden.token.Names;
import java.util.List;
import java.util.Optional;

/**
 * Hosts that name their tenant, such as {@code {tenant}.platform.com}: one label is the tenant's id, labels that may be
 * anything are written {@code *}, all others are literal.
 */
public final class HostPattern {
    /** What is said to somebody who wrote something else. */
    public static final String RULE =
            "a host with one label {tenant} and a literal last one, such as {tenant}.platform.com;"
                    + " * stands for a label that may be anything";

    private static final String TENANT = "{tenant}";
    private static final String ANY = "*";

    private final List<String> labels;
    private final int tenantLabel;

    private HostPattern(List<String> labels, int tenantLabel) {
        this.labels = labels;
        this.tenantLabel = tenantLabel;
    }

    /** Reads a pattern; empty if it is none. */
    public static Optional<HostPattern> parse(String text) {
        List<String> labels = List.of(text.split("\\.", -1));
        int tenantLabel = labels.indexOf(TENANT);
        String last = labels.get(labels.size() - 1);
        boolean right = tenantLabel >= 0
                && labels.lastIndexOf(TENANT) == tenantLabel
                && Names.isLabel(last)
                && labels.stream().allMatch(label -> label.equals(TENANT) || label.equals(ANY) || Names.isLabel(label));
        return right ? Optional.of(new HostPattern(labels, tenantLabel)) : Optional.empty();
    }

    /** The id of the tenant that a host names; empty where the host is not of this pattern. */
    public Optional<String> tenant(String canonicalHost) {
        String tenant = "";
        int start = 0;
        for (int i = 0; i < labels.size(); i++) {
            int dot = canonicalHost.indexOf('.', start);
            boolean last = i == labels.size() - 1;
            if (last != (dot < 0)) {
                return Optional.empty();
            }
            int end = last ? canonicalHost.length() : dot;
            if (i == tenantLabel) {
                tenant = canonicalHost.substring(start, end);
            } else if (!isLabel(labels.get(i), canonicalHost, start, end)) {
                return Optional.empty();
            }
            start = end + 1;
        }
        return Names.isLabel(tenant) ? Optional.of(tenant) : Optional.empty();
    }

    private static boolean isLabel(String label, String host, int start, int end) {
        return label.equals(ANY)
                || (label.length() == end - start && host.regionMatches(start, label, 0, label.length()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostPattern pattern && pattern.labels.equals(labels);
    }

    @Override
    public int hashCode() {
        return labels.hashCode();
    }

    @Override
    public String toString() {
        return String.join(".", labels);
    }
}
