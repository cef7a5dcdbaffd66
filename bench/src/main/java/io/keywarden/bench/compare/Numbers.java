package io.keywarden.bench.compare;

import java.util.Locale;

/** Writes numbers for tables: three digits that matter, thousands apart. */
final class Numbers {
    private Numbers() {}

    /** One number; a dash where it is not known. */
    static String plain(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String form = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, form, value);
    }

    /** A median with the range that it is from. */
    static String ranged(double median, double least, double most) {
        return Double.isNaN(median) ? "–" : plain(median) + " (" + plain(least) + "–" + plain(most) + ")";
    }
}
