/** The cheapest check server that grpc-java allows. */
@NullMarked
package io.keywarden.bench.floor;

import org.jspecify.annotations.NullMarked;
