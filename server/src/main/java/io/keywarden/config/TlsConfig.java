package io.keywarden.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a listener proves who it is, and whom it lets in. The files are read when the listener opens.
 *
 * @param certificate the chain, PEM
 * @param privateKey its key, PEM (PKCS #8), readable by nobody else
 * @param clientCa whose clients are let in, PEM; empty lets in clients without a certificate
 */
public record TlsConfig(Path certificate, Path privateKey, Optional<Path> clientCa) {}
