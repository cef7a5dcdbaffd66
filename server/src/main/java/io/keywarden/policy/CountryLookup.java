package io.keywarden.policy;

import io.keywarden.token.IpAddress;
import java.util.Optional;

/** Tells in which country an address is. Safe for use by several threads. */
@FunctionalInterface
public interface CountryLookup {
    /** Knows no address. */
    CountryLookup NONE = address -> Optional.empty();

    /** The country of an address, ISO 3166-1 alpha-2 in upper case; empty where it is not known. */
    Optional<String> country(IpAddress address);
}
