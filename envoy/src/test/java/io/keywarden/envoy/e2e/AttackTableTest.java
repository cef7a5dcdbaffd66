package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of attacks in {@code SECURITY.md}: each row, and so each fault with a number, has tests that are there. */
final class AttackTableTest {
    private static final String HEADING = "## Attacks, and the tests that try them\n";
    private static final Pattern TEST = Pattern.compile("`(\\w+IT)\\.(\\w+)`");
    private static final Pattern FAULT = Pattern.compile("CVE-\\d|GHSA-");

    @Test
    void rows_all_nameTestsThatAreThere() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(15).allSatisfy(row -> {
            List<String> named = TEST.matcher(row)
                    .results()
                    .map(found -> found.group(1) + "." + found.group(2))
                    .toList();
            assertThat(named).as(row).isNotEmpty().allMatch(AttackTableTest::isTest);
        });
    }

    @Test
    void faults_all_standInARow() throws IOException {
        assertThat(Files.readAllLines(page()))
                .filteredOn(line -> FAULT.matcher(line).find())
                .isNotEmpty()
                .isSubsetOf(rows());
    }

    private static List<String> rows() throws IOException {
        String text = Files.readString(page());
        String section = text.substring(text.indexOf(HEADING) + HEADING.length());
        return section.substring(0, section.indexOf("\n## "))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .toList();
    }

    private static Path page() {
        return Path.of("..", "SECURITY.md");
    }

    private static boolean isTest(String name) {
        String[] parts = name.split("\\.", 2);
        try {
            return Arrays.stream(Class.forName(AttackTableTest.class.getPackageName() + "." + parts[0])
                            .getDeclaredMethods())
                    .filter(method -> method.getName().equals(parts[1]))
                    .anyMatch(method -> method.isAnnotationPresent(Test.class)
                            || method.isAnnotationPresent(ParameterizedTest.class));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name + ": no such class", e);
        }
    }
}
