package io.keywarden.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.geo.CountryDatabase.Reload;
import io.keywarden.testkit.CountryFile;
import io.keywarden.token.IpAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CountryDatabaseTest {
    private static final Instant BUILT = Instant.parse("2026-06-17T20:34:21Z");
    private static final Instant LATER = BUILT.plusSeconds(3_600);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("countries.mmdb");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0, AQ",
        "192.0.2.255, AQ",
        "192.0.1.255, ",
        "192.0.3.0, ",
        "::ffff:192.0.2.7, AQ",
        "::192.0.2.7, ",
        "198.51.100.0, BV",
        "255.255.255.255, TV",
        "2001:db8::, HM",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, HM",
        "2001:db9::, ",
        "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, ",
        "2001:dba::7, IO",
        "2001:dba::6, ",
        "2001:dba::8, ",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, GS",
        "2001:dbb::ffff:ffff:ffff:ffff, CC",
        "2001:dbb:0:1::, ",
        "2001:dbb::, ",
        "10.0.0.1, ",
        "::1, ",
        "::, "
    })
    void country_addressesInAndBesideNetworks_onlyThoseOfTheNetwork(String address, String country) throws Exception {
        CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/24", "AQ")
                .nested("198.51.100.0/24", "BV")
                .flat("240.0.0.0/4", "TV")
                .flat("2001:db8::/32", "HM")
                .nested("2001:dba::7/128", "IO")
                .flat("2001:dbb::ffff:ffff:ffff:ffff/128", "CC")
                .flat("f000::/4", "GS")
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(country(database, address)).isEqualTo(Optional.ofNullable(country));
        assertThat(database.buildTime()).isEqualTo(BUILT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AQT", "A1", "B1", "12", "--", "\u00C4\u00D6", "A ", "\u0130I"})
    void country_codeThatIsNotTwoLetters_unknown(String code) throws Exception {
        CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/25", code)
                .nested("192.0.2.128/25", code)
                .flat("198.51.100.0/24", "BV")
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(country(database, "192.0.2.1")).isEmpty();
        assertThat(country(database, "192.0.2.129")).isEmpty();
        assertThat(country(database, "198.51.100.1")).hasValue("BV");
    }

    @Test
    void country_codeInLowerCase_isReadInUpperCase() throws Exception {
        CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "iq").writeTo(file);

        assertThat(country(CountryDatabase.open(file), "192.0.2.1")).hasValue("IQ");
    }

    @Test
    void country_recordsOfOtherShapes_unknown() throws Exception {
        CountryFile.builtAt(BUILT)
                .record("192.0.2.0/27", "AQ")
                .record("192.0.2.32/27", List.of("AQ"))
                .record("192.0.2.64/27", Map.of("country_code", 7, "country", "Antarctica"))
                .record("192.0.2.96/27", Map.of("registered_country", Map.of("iso_code", "AQ")))
                .record("192.0.2.128/27", Map.of("country_code", "BV", "country", "Bouvet Island"))
                .record("192.0.2.160/27", Map.of("country_code", "BV", "country", Map.of("iso_code", "AQ")))
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(List.of("192.0.2.1", "192.0.2.33", "192.0.2.65", "192.0.2.97"))
                .allSatisfy(address ->
                        assertThat(country(database, address)).as(address).isEmpty());
        assertThat(country(database, "192.0.2.129")).hasValue("BV");
        assertThat(country(database, "192.0.2.161")).hasValue("BV");
    }

    @Test
    void country_ipv4AliasedElsewhere_asItself() throws Exception {
        CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/24", "AQ")
                .alias("::ffff:0:0/96")
                .alias("2002::/16")
                .flat("2001:db8::/32", "HM")
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(country(database, "192.0.2.1")).hasValue("AQ");
        assertThat(country(database, "::ffff:192.0.2.1")).hasValue("AQ");
        assertThat(country(database, "2001:db8::1")).hasValue("HM");
    }

    @Test
    void country_ipv4MappedHeldBesideIpv4_theLatterCounts() throws Exception {
        CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/24", "AQ")
                .flat("::ffff:192.0.2.0/120", "BV")
                .flat("2001:db8::/32", "HM")
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(country(database, "192.0.2.1")).hasValue("AQ");
        assertThat(country(database, "2001:db8::1")).hasValue("HM");
    }

    @Test
    void country_oneNetworkForMoreThanIpv4_unknown() throws Exception {
        CountryFile.builtAt(BUILT)
                .flat("::/8", "AQ")
                .flat("2001:db8::/32", "HM")
                .writeTo(file);

        CountryDatabase database = CountryDatabase.open(file);

        assertThat(country(database, "192.0.2.1")).isEmpty();
        assertThat(country(database, "::1")).isEmpty();
        assertThat(country(database, "2001:db8::1")).hasValue("HM");
    }

    @Test
    void country_randomNetworks_asTheyWereWritten() throws Exception {
        Random random = new Random(5);
        CountryFile written = CountryFile.builtAt(BUILT);
        String[] ipv4 = new String[4_096];
        String[] ipv6 = new String[4_096];
        for (int i = 0; i < ipv4.length; i++) {
            if (random.nextBoolean()) {
                ipv4[i] = random.nextBoolean() ? "AQ" : "BV";
                written.flat("10." + i / 256 + "." + i % 256 + ".0/24", ipv4[i]);
            }
            if (random.nextBoolean()) {
                ipv6[i] = random.nextBoolean() ? "HM" : "IO";
                written.nested("2001:db8:" + Integer.toHexString(i) + "::/48", ipv6[i]);
            }
        }

        CountryDatabase database = CountryDatabase.open(written.writeTo(file));

        for (int i = 0; i < ipv4.length; i++) {
            String address4 = "10." + i / 256 + "." + i % 256 + "." + random.nextInt(256);
            String address6 =
                    "2001:db8:" + Integer.toHexString(i) + ":" + Integer.toHexString(random.nextInt(65_536)) + "::1";
            assertThat(country(database, address4)).as(address4).isEqualTo(Optional.ofNullable(ipv4[i]));
            assertThat(country(database, address6)).as(address6).isEqualTo(Optional.ofNullable(ipv6[i]));
        }
    }

    @Test
    void open_ipv4OnlyFile_refused() {
        CountryFile.ofIpv4Only().flat("192.0.2.0/24", "AQ").writeTo(file);

        assertThatThrownBy(() -> CountryDatabase.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " holds IPv4 addresses only (expected: ");
    }

    @Test
    void open_fileThatNamesNoCountry_refused() {
        CountryFile.builtAt(BUILT)
                .record("192.0.2.0/24", Map.of("autonomous_system_number", 64_496))
                .writeTo(file);

        assertThatThrownBy(() -> CountryDatabase.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " names no country (expected: country_code or country.iso_code");
    }

    @Test
    void open_noFile_refused() {
        assertThatThrownBy(() -> CountryDatabase.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " is not a file that this user can read (expected: ");
        assertThatThrownBy(() -> CountryDatabase.open(folder)).isInstanceOf(IOException.class);
    }

    @Test
    void open_hugeFile_refusedUnread() throws Exception {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThatThrownBy(() -> CountryDatabase.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes (expected: at most ");
    }

    @Test
    void open_damagedAtAnyPlace_isReadOrRefusedButNeverFails() throws Exception {
        byte[] whole = CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/24", "AQ")
                .nested("2001:db8::/32", "HM")
                .bytes();
        Random random = new Random(6);
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            Files.write(file, damaged);
            refused += isRefused() ? 1 : 0;
        }
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(isRefused()).as("cut to %d bytes", length).isTrue();
        }
        assertThat(refused).isPositive();
    }

    @Test
    void reload_fileMovedThere_isUsed() throws Exception {
        CountryDatabase database = CountryDatabase.open(
                CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file));
        assertThat(database.reload()).isEqualTo(Reload.UNCHANGED);

        Path next = CountryFile.builtAt(LATER).flat("192.0.2.0/24", "BV").writeTo(folder.resolve("next"));
        // Even one that looks the same from outside is another file.
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertThat(database.reload()).isEqualTo(Reload.LOADED);
        assertThat(country(database, "192.0.2.1")).hasValue("BV");
        assertThat(database.buildTime()).isEqualTo(LATER);
        assertThat(database.reload()).isEqualTo(Reload.UNCHANGED);
    }

    @Test
    void reload_fileThatCannotBeUsed_oldOneStaysUntilTheNext() throws Exception {
        CountryDatabase database = CountryDatabase.open(
                CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file));

        Files.writeString(file, "half of a download");

        assertThat(database.reload()).isEqualTo(Reload.FAILED);
        assertThat(database.reload()).isEqualTo(Reload.UNCHANGED);
        assertThat(country(database, "192.0.2.1")).hasValue("AQ");
        assertThat(database.buildTime()).isEqualTo(BUILT);

        CountryFile.builtAt(LATER).flat("192.0.2.0/24", "BV").writeTo(file);
        assertThat(database.reload()).isEqualTo(Reload.LOADED);
        assertThat(country(database, "192.0.2.1")).hasValue("BV");
    }

    @Test
    void reload_fileGoneAndBack_oldOneStaysMeanwhile() throws Exception {
        CountryDatabase database = CountryDatabase.open(
                CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file));
        Path aside = folder.resolve("aside");

        Files.move(file, aside);
        assertThat(database.reload()).isEqualTo(Reload.FAILED);
        assertThat(country(database, "192.0.2.1")).hasValue("AQ");

        Files.move(aside, file);
        assertThat(database.reload()).isEqualTo(Reload.LOADED);
    }

    @Test
    void reload_sameSizeWrittenOver_isUsed() throws Exception {
        CountryDatabase database = CountryDatabase.open(
                CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file));

        CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "BV").writeTo(file);
        Files.setLastModifiedTime(file, FileTime.from(LATER));

        assertThat(database.reload()).isEqualTo(Reload.LOADED);
        assertThat(country(database, "192.0.2.1")).hasValue("BV");
    }

    @Test
    void reload_permissionsPutRight_isTriedAgain() throws Exception {
        CountryDatabase database = CountryDatabase.open(
                CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        var unused = database.reload();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThat(database.reload()).isEqualTo(Reload.LOADED);
    }

    @Test
    void read_writtenToMeanwhile_refused() {
        CountryFile.builtAt(BUILT).flat("192.0.2.0/24", "AQ").writeTo(file);
        Optional<FileStamp> before = FileStamp.of(file);
        CountryFile.builtAt(BUILT)
                .flat("192.0.2.0/24", "AQ")
                .flat("2001:db8::/32", "HM")
                .writeTo(file);

        assertThatThrownBy(() -> CountryDatabase.read(file, before))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " was written to while it was read (expected: ");
    }

    private boolean isRefused() {
        try {
            CountryTable table = CountryTable.read(file);
            assertThat(table.country(IpAddress.parse("192.0.2.1").orElseThrow()))
                    .isNotNull();
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("(expected: ");
            return true;
        }
    }

    private static Optional<String> country(CountryDatabase database, String address) {
        return database.country(IpAddress.parse(address).orElseThrow());
    }
}
