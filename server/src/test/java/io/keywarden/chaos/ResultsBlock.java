package io.keywarden.chaos;

import java.util.ArrayList;
import java.util.List;

/** The part of a text between two markers, in which tables of results stand. Immutable. */
final class ResultsBlock {
    private static final String BEGIN = "<!-- chaos: begin -->";
    private static final String END = "<!-- chaos: end -->";

    private final String text;
    private final int begin;
    private final int end;

    private ResultsBlock(String text, int begin, int end) {
        this.text = text;
        this.begin = begin;
        this.end = end;
    }

    /** Finds it in a text. */
    static ResultsBlock of(String text) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("no place for the table (expected: " + BEGIN + " and " + END + ")");
        }
        return new ResultsBlock(text, begin + BEGIN.length(), end);
    }

    /**
     * The text with a table put first in the block. Rows of the same faults go from where they were, and so does a table
     * that has no rows then, with the paragraph above it; all else stays.
     *
     * @param caption what stands above the table
     * @param rows each begins with the name of its fault
     */
    String with(String caption, List<String> rows) {
        List<String> names = rows.stream().map(ResultsBlock::name).toList();
        List<String> kept = new ArrayList<>();
        text.substring(begin, end)
                .lines()
                .filter(line -> !line.startsWith("|") || !names.contains(name(line)))
                .forEach(line -> add(kept, line));
        add(kept, "");
        return text.substring(0, begin) + "\n" + caption + "\n\n" + Findings.header() + String.join("\n", rows) + "\n\n"
                + String.join("\n", kept).strip() + "\n" + text.substring(end);
    }

    private static void add(List<String> kept, String line) {
        boolean endsEmptyTable = !line.startsWith("|")
                && !kept.isEmpty()
                && kept.get(kept.size() - 1).startsWith("|---");
        if (endsEmptyTable) {
            removeLastParagraph(kept);
            removeLastParagraph(kept);
        } else {
            kept.add(line);
        }
    }

    private static void removeLastParagraph(List<String> lines) {
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        while (!lines.isEmpty() && !lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
    }

    private static String name(String row) {
        return row.split("\\|", -1)[1].strip();
    }
}
