package io.keywarden.envoy.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.requirements.Requirement.Side;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Makes {@code docs/requirements.md} from what the tests behind a real Envoy say of themselves. */
class RequirementsPageTest {
    private static final String HEAD = """
            # The 31 behaviours, and where each stands

            Made from the tests' `@Requirement`: each behaviour has at least one test behind a real Envoy that sees it work, and
            one that sees what must fail. Renew it with `mvn -pl envoy test -Dtest=RequirementsPageTest -Drequirements.renew=true`.

            | # | behaviour | stands | works | refused |
            |---|---|---|---|---|
            """;

    @Test
    void page_always_isWhatTheTestsSay() throws Exception {
        Path page = Path.of("..", "docs", "requirements.md");
        String made = page(tests());
        if (Boolean.getBoolean("requirements.renew")) {
            Files.writeString(page, made);
        }
        assertThat(Files.readString(page)).isEqualTo(made);
    }

    @Test
    void rows_thatAreNotOpen_haveATestForEachSide() throws Exception {
        Map<Integer, Map<Side, Set<String>>> tests = tests();
        List<String> missing = new ArrayList<>();
        for (Row row : Row.values()) {
            for (Side side : Side.values()) {
                boolean there = !of(tests, row, side).isEmpty();
                if (!there && !row.isWhollyOpen()) {
                    missing.add(row.number() + " " + side);
                }
            }
        }
        assertThat(missing).as("behaviours without a test").isEmpty();
    }

    private static String page(Map<Integer, Map<Side, Set<String>>> tests) {
        StringBuilder page = new StringBuilder(HEAD);
        for (Row row : Row.values()) {
            String stands = row.isWhollyOpen() ? "open" : row.open().isEmpty() ? "works" : "works; open: " + row.open();
            page.append("| ")
                    .append(row.number())
                    .append(" | ")
                    .append(row.behaviour())
                    .append(" | ")
                    .append(stands)
                    .append(" | ")
                    .append(String.join(", ", of(tests, row, Side.ALLOWS)))
                    .append(" | ")
                    .append(String.join(", ", of(tests, row, Side.REFUSES)))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static Set<String> of(Map<Integer, Map<Side, Set<String>>> tests, Row row, Side side) {
        return tests.getOrDefault(row.number(), Map.of()).getOrDefault(side, Set.of());
    }

    /** The names of the tests, by behaviour and side. */
    private static Map<Integer, Map<Side, Set<String>>> tests() throws Exception {
        Map<Integer, Map<Side, Set<String>>> tests = new TreeMap<>();
        for (Class<?> type : testClasses()) {
            for (Method method : type.getDeclaredMethods()) {
                for (Requirement requirement : method.getAnnotationsByType(Requirement.class)) {
                    for (Side side : requirement.side()) {
                        tests.computeIfAbsent(requirement.value(), number -> new TreeMap<>())
                                .computeIfAbsent(side, key -> new TreeSet<>())
                                .add("`" + type.getSimpleName() + "." + method.getName() + "`");
                    }
                }
            }
        }
        assertThat(tests.keySet())
                .as("numbers of behaviours")
                .isSubsetOf(Arrays.stream(Row.values()).map(Row::number).toList());
        return tests;
    }

    private static List<Class<?>> testClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(RequirementsPageTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("IT.class")).toList()) {
                String name = root.relativize(file).toString();
                types.add(Class.forName(
                        name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                        false,
                        RequirementsPageTest.class.getClassLoader()));
            }
        }
        return types;
    }
}
