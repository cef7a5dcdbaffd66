package io.keywarden.bench.compare;

import java.util.Locale;
import java.util.Map;

/** A bar chart as SVG text: one horizontal bar a server, shortest code that is still readable in light and dark. */
final class BarChart {
    private static final int ROW = 34;
    private static final int TOP = 56;
    private static final int LEFT = 190;
    private static final int WIDTH = 760;
    private static final int LONGEST = 450;

    private BarChart() {}

    /** Draws positive values, in order. Keywarden's bars have a colour of their own. */
    static String draw(String title, String unit, Map<String, Double> values) {
        double most = values.values().stream().mapToDouble(value -> value).max().orElse(1);
        int height = TOP + values.size() * ROW + 12;
        StringBuilder svg =
                new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" \
                aria-label="%3$s" font-family="sans-serif" font-size="14">
                <rect width="%1$d" height="%2$d" rx="6" fill="#ffffff"/>
                <text x="16" y="26" font-size="16" font-weight="bold" fill="#1b1f24">%3$s</text>
                <text x="16" y="44" font-size="12" fill="#57606a">%4$s</text>
                """, WIDTH, height, escape(title), escape(unit)));
        int y = TOP;
        for (Map.Entry<String, Double> bar : values.entrySet()) {
            double length = Math.max(1, LONGEST * bar.getValue() / most);
            String colour = bar.getKey().startsWith(Names.KEYWARDEN) ? "#0969da" : "#8c959f";
            svg.append(String.format(
                    Locale.ROOT,
                    """
                    <text x="%1$d" y="%2$d" text-anchor="end" fill="#1b1f24">%3$s</text>
                    <rect x="%4$d" y="%5$d" width="%6$.1f" height="22" rx="2" fill="%7$s"/>
                    <text x="%8$.1f" y="%2$d" fill="#1b1f24">%9$s</text>
                    """,
                    LEFT - 10,
                    y + 16,
                    escape(bar.getKey()),
                    LEFT,
                    y,
                    length,
                    colour,
                    LEFT + length + 8,
                    Numbers.plain(bar.getValue())));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
