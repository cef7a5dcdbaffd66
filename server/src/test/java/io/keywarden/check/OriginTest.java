package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.check.CheckSettings.ClientAddressSource;
import io.keywarden.check.CheckSettings.ClientAddressSource.Kind;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.policy.CountryLookup;
import io.keywarden.token.IpAddress;
import io.keywarden.token.IpRanges;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    private static final String PEER = "10.0.0.1";
    private static final String STRANGER = "203.0.113.9";

    @Test
    void of_peer_isTheClient() {
        RequestHeaders lies = headers("x-forwarded-for", "1.1.1.1", "x-keywarden-client-ip", "1.1.1.1");
        assertThat(address("203.0.113.9", lies, ClientAddressSource.PEER)).isEqualTo("203.0.113.9");
        assertThat(address("::ffff:203.0.113.9", lies, ClientAddressSource.PEER))
                .isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "envoy://internal_client_address", "@", "10.0.0.1:80", "fe80::1%eth0"})
    void of_peerWithoutAnAddress_isUnknown(String source) {
        assertThat(address(source, headers(), ClientAddressSource.PEER)).isEqualTo("unknown");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PEER"},
            mode = EnumSource.Mode.EXCLUDE)
    void of_headerOfAStranger_isUnknown(Kind kind) {
        RequestHeaders forged = headers(
                "x-forwarded-for",
                "1.1.1.1",
                "x-keywarden-client-ip",
                "1.1.1.1",
                "x-envoy-external-address",
                "1.1.1.1");
        ClientAddressSource source = new ClientAddressSource(kind, kind == Kind.FORWARDED_FOR ? 1 : 0);
        assertThat(address(STRANGER, forged, source)).isEqualTo("unknown");
        assertThat(address(PEER, forged, source)).isEqualTo("1.1.1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "'8.8.8.8, 1.2.3.4', 1, 1.2.3.4",
        "'8.8.8.8, 1.2.3.4', 2, 8.8.8.8",
        "'8.8.8.8, 1.2.3.4', 3, unknown",
        "1.2.3.4, 1, 1.2.3.4",
        "2001:db8::1, 1, 2001:db8::1",
        "'1.2.3.4,', 1, unknown",
        "'', 1, unknown",
        "'not an address', 1, unknown",
        "1.2.3.4:80, 1, unknown"
    })
    void of_forwardedFor_countsFromTheEnd(String value, int hops, String expected) {
        assertThat(address(PEER, headers("x-forwarded-for", value), new ClientAddressSource(Kind.FORWARDED_FOR, hops)))
                .isEqualTo(expected);
    }

    @Test
    void of_forwardedForInTwoHeaders_isOneChain() {
        RequestHeaders two = headers("x-forwarded-for", "8.8.8.8", "x-forwarded-for", "1.2.3.4");
        assertThat(address(PEER, two, new ClientAddressSource(Kind.FORWARDED_FOR, 1)))
                .isEqualTo("1.2.3.4");
        RequestHeaders endless = headers("x-forwarded-for", "8.8.8.8,".repeat(70) + "1.2.3.4");
        assertThat(address(PEER, endless, new ClientAddressSource(Kind.FORWARDED_FOR, 1)))
                .isEqualTo("unknown");
    }

    @Test
    void of_headerTwice_isUnknown() {
        RequestHeaders twice = headers("x-keywarden-client-ip", "1.1.1.1", "x-keywarden-client-ip", "1.1.1.1");
        assertThat(address(PEER, twice, new ClientAddressSource(Kind.KEYWARDEN_HEADER, 0)))
                .isEqualTo("unknown");
        assertThat(address(
                        PEER,
                        headers("x-keywarden-client-ip", "1.1.1.1,2.2.2.2"),
                        new ClientAddressSource(Kind.KEYWARDEN_HEADER, 0)))
                .isEqualTo("unknown");
    }

    private static String address(String source, RequestHeaders headers, ClientAddressSource client) {
        CheckSettings settings = new CheckSettings(
                List.of(), Optional.empty(), IpRanges.of(List.of("10.0.0.0/8")), client, List.of(), CountryLookup.NONE);
        return Origin.of(source, headers, settings)
                .address()
                .map(IpAddress::toString)
                .orElse("unknown");
    }

    private static RequestHeaders headers(String... namesAndValues) {
        RequestHeaders.Builder headers = RequestHeaders.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers.build();
    }
}
