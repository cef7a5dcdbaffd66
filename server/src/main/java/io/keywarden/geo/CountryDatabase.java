package io.keywarden.geo;

import io.keywarden.policy.CountryLookup;
import io.keywarden.token.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of countries that may be replaced while it is used, by moving another one there. Look-ups may run on any thread,
 * take no lock and see one content of the file or the next; reloading is for one thread at a time.
 */
public final class CountryDatabase implements CountryLookup {
    private static final Logger LOG = LoggerFactory.getLogger(CountryDatabase.class);

    private final Path file;
    private volatile CountryTable table;
    /** Of the file as it was looked at last, whatever came of it. Only used by the thread that reloads. */
    private Optional<FileStamp> seen;

    private CountryDatabase(Path file, CountryTable table, Optional<FileStamp> seen) {
        this.file = file;
        this.table = table;
        this.seen = seen;
    }

    /** What came of a look at the file. */
    public enum Reload {
        /** It is what it was. */
        UNCHANGED,
        /** It is another one, which is used from now on. */
        LOADED,
        /** It is another one that cannot be used, or gone; what was read before is used on. */
        FAILED
    }

    /**
     * Reads a file, which takes from tenths of a second to seconds.
     *
     * @throws IOException if it cannot be used; the message says which, why, and what is expected
     */
    public static CountryDatabase open(Path file) throws IOException {
        Optional<FileStamp> stamp = FileStamp.of(file);
        CountryTable table = read(file, stamp);
        LOG.info("countries_opened file={} {}", file, table);
        return new CountryDatabase(file, table, stamp);
    }

    /** Looks whether the file is another one, and takes that one. One that failed is tried again once it changes. */
    public Reload reload() {
        Optional<FileStamp> now = FileStamp.of(file);
        if (now.equals(seen)) {
            return Reload.UNCHANGED;
        }
        seen = now;
        try {
            table = read(file, now);
            LOG.info("countries_reloaded file={} {}", file, table);
            return Reload.LOADED;
        } catch (IOException e) {
            LOG.warn("countries_not_reloaded in_use={} reason={}", table.buildTime(), e.getMessage());
            return Reload.FAILED;
        }
    }

    /**
     * Reads a file.
     *
     * @param stamp of the file before
     */
    static CountryTable read(Path file, Optional<FileStamp> stamp) throws IOException {
        CountryTable read = CountryTable.read(file);
        // Half of one and half of the other could look like a database.
        if (!FileStamp.of(file).equals(stamp)) {
            throw new IOException(file + " was written to while it was read (expected: another file moved there)");
        }
        return read;
    }

    @Override
    public Optional<String> country(IpAddress address) {
        return table.country(address);
    }

    /** When the publisher of the content in use made it. */
    public Instant buildTime() {
        return table.buildTime();
    }
}
