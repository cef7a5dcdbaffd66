package io.keywarden.app;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A check of {@code GET /warm/up} as Envoy writes it with our configuration, with raw headers. Written field by field: what
 * protobuf generates from Envoy's files reads all of their descriptors, which takes time at each start and memory from then
 * on, and a check needs none of them.
 */
final class WarmUpRequest {
    // envoy.service.auth.v3.CheckRequest and AttributeContext, envoy.config.core.v3.Address, HeaderMap and HeaderValue
    private static final int ATTRIBUTES = 1;
    private static final int SOURCE = 1;
    private static final int ADDRESS = 1;
    private static final int SOCKET_ADDRESS = 1;
    private static final int SOCKET_ADDRESS_ADDRESS = 2;
    private static final int REQUEST = 4;
    private static final int HTTP = 2;
    private static final int METHOD = 2;
    private static final int PATH = 4;
    private static final int HOST = 5;
    private static final int HEADER_MAP = 13;
    private static final int HEADERS = 1;
    private static final int KEY = 1;
    private static final int RAW_VALUE = 3;

    private WarmUpRequest() {}

    /** The bytes of a request with a bearer token that comes from an address. */
    static byte[] of(String source, String token) {
        ByteString headers = header(":authority", WarmUpReader.HOST)
                .concat(header(":method", "GET"))
                .concat(header(":path", WarmUpReader.PATH))
                .concat(header(":scheme", "http"))
                .concat(header("user-agent", "keywarden"))
                .concat(header("accept", "*/*"))
                .concat(header("authorization", "Bearer " + token));
        ByteString http = text(METHOD, "GET")
                .concat(text(PATH, WarmUpReader.PATH))
                .concat(text(HOST, WarmUpReader.HOST))
                .concat(field(HEADER_MAP, headers));
        ByteString peer = field(ADDRESS, field(SOCKET_ADDRESS, text(SOCKET_ADDRESS_ADDRESS, source)));
        ByteString attributes = field(SOURCE, peer).concat(field(REQUEST, field(HTTP, http)));
        return field(ATTRIBUTES, attributes).toByteArray();
    }

    private static ByteString header(String name, String value) {
        return field(HEADERS, text(KEY, name).concat(text(RAW_VALUE, value)));
    }

    private static ByteString text(int number, String text) {
        return field(number, ByteString.copyFromUtf8(text));
    }

    private static ByteString field(int number, ByteString content) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeBytes(number, content);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteString();
    }
}
