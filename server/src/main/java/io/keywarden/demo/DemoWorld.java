package io.keywarden.demo;

import java.nio.file.Path;

/**
 * A demo that is ready, as one sees it from outside.
 *
 * @param ports where it listens
 * @param adminTokenFile the file of the bootstrap token
 * @param seeded the tokens in it
 * @param withEnvoy whether there is an Envoy, so a gateway and admin REST
 * @param withGrpcurl whether the user has grpcurl
 */
record DemoWorld(DemoPorts ports, Path adminTokenFile, Seeded seeded, boolean withEnvoy, boolean withGrpcurl) {}
