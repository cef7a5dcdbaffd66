package io.keywarden.apispec;

import io.keywarden.token.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes the ids of a module's operations: DNS labels, each once. An id follows from what the operation itself is and whether
 * others want the same one, never from the order of the description: grants name operations by their ids, and must not come
 * to mean another one.
 */
public final class OperationIds {
    private static final int MAX_LABEL = 63;
    private static final int HASH_LENGTH = 8;
    private static final Pattern WORD_END = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9]+");
    private static final Pattern EDGE = Pattern.compile("^-+|-+$");

    private OperationIds() {}

    /** The ids of calls, in their order. Two that ask for the same one get it both: that is for who saves them to refuse. */
    public static List<String> of(List<DescribedCall> calls) {
        Set<String> chosen = new HashSet<>();
        Map<String, Integer> usual = new HashMap<>();
        Map<String, Integer> exact = new HashMap<>();
        for (DescribedCall call : calls) {
            call.names().chosen().ifPresent(chosen::add);
            if (call.names().chosen().isEmpty()) {
                usual.merge(label(call.names().usual()), 1, Integer::sum);
                exact.merge(label(call.names().exact()), 1, Integer::sum);
            }
        }
        return calls.stream()
                .map(call -> call.names().chosen().orElseGet(() -> {
                    String first = label(call.names().usual());
                    if (usual.getOrDefault(first, 0) == 1 && !chosen.contains(first)) {
                        return first;
                    }
                    String second = label(call.names().exact());
                    boolean free = exact.getOrDefault(second, 0) == 1 && !usual.containsKey(second);
                    return free && !chosen.contains(second)
                            ? second
                            : withHash(second, call.request().toString());
                }))
                .toList();
    }

    /** A text as a DNS label: words in lower case with hyphens between them. */
    static String label(String text) {
        String words = WORD_END.matcher(text).replaceAll("-").toLowerCase(Locale.ROOT);
        String label = EDGE.matcher(OTHER.matcher(words).replaceAll("-")).replaceAll("");
        if (label.isEmpty()) {
            return withHash("operation", text);
        }
        return label.length() <= MAX_LABEL ? label : withHash(label, text);
    }

    private static String withHash(String label, String of) {
        String hash = HexFormat.of()
                .formatHex(Sha256.begin().digest(of.getBytes(StandardCharsets.UTF_8)))
                .substring(0, HASH_LENGTH);
        int most = MAX_LABEL - HASH_LENGTH - 1;
        String start = label.length() <= most ? label : label.substring(0, most);
        return EDGE.matcher(start).replaceAll("") + "-" + hash;
    }
}
