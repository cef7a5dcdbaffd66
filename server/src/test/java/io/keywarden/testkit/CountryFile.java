package io.keywarden.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes small databases in MaxMind's format, so that tests know the country of each address. Networks may not overlap. */
public final class CountryFile {
    private static final byte[] MARKER = "\u00AB\u00CD\u00EFMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);
    private static final int SEPARATOR = 16;
    private static final int IPV4_DEPTH = 96;

    private final int ipVersion;
    private final Instant built;
    private final Node root = new Node();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    private CountryFile(int ipVersion, Instant built) {
        this.ipVersion = ipVersion;
        this.built = built;
    }

    /** One that holds IPv4 and IPv6 addresses. */
    public static CountryFile builtAt(Instant built) {
        return new CountryFile(6, built);
    }

    /** One that holds IPv4 addresses only. */
    public static CountryFile ofIpv4Only() {
        return new CountryFile(4, Instant.EPOCH);
    }

    /** Adds a network as {@code country_code} names its country. */
    public CountryFile flat(String cidr, String country) {
        return record(cidr, Map.of("country_code", country));
    }

    /** Adds a network as {@code country.iso_code} names its country. */
    public CountryFile nested(String cidr, String country) {
        return record(cidr, Map.of("country", Map.of("iso_code", country, "geoname_id", 1)));
    }

    /** Adds a network with whatever record: texts, numbers, lists and maps of them. */
    public CountryFile record(String cidr, Object record) {
        place(cidr, new Node(data.size()));
        write(data, record);
        return this;
    }

    /** Makes a network another name of all of IPv4. */
    public CountryFile alias(String cidr) {
        Node ipv4 = root;
        for (int depth = 0; depth < IPV4_DEPTH; depth++) {
            ipv4 = ipv4.child(0);
        }
        place(cidr, ipv4);
        return this;
    }

    private void place(String cidr, Node node) {
        String[] parts = cidr.split("/", -1);
        byte[] bytes = bytes(parts[0]);
        int before = bytes.length == 4 && ipVersion == 6 ? IPV4_DEPTH : 0;
        int prefix = before + Integer.parseInt(parts[1]);
        Node at = root;
        for (int depth = 0; depth < prefix - 1; depth++) {
            at = at.child(bit(bytes, depth - before));
        }
        at.children[bit(bytes, prefix - 1 - before)] = node;
    }

    private static int bit(byte[] bytes, int index) {
        return index < 0 ? 0 : (bytes[index / 8] >> (7 - index % 8)) & 1;
    }

    /** The JDK takes an IPv4-mapped address for IPv4, and here it is a place in the tree. */
    private static byte[] bytes(String address) {
        try {
            boolean mapped = address.startsWith("::ffff:");
            byte[] bytes = InetAddress.getByName(mapped ? address.replace("::ffff:", "::fffe:") : address)
                    .getAddress();
            if (mapped) {
                bytes[11] = (byte) 0xFF;
            }
            return bytes;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** Writes the file, or over it. */
    public Path writeTo(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of the file. */
    public byte[] bytes() {
        List<Node> branches = new ArrayList<>();
        number(root, branches);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (Node branch : branches) {
            for (Node child : branch.children) {
                writeNumber(file, pointer(child, branches.size()), 3);
            }
        }
        file.writeBytes(new byte[SEPARATOR]);
        file.writeBytes(data.toByteArray());
        file.writeBytes(MARKER);
        write(file, metadata(branches.size()));
        return file.toByteArray();
    }

    private static void number(Node node, List<Node> branches) {
        boolean known = node.number < branches.size() && branches.get(node.number) == node;
        if (node.data < 0 && !known) {
            node.number = branches.size();
            branches.add(node);
            for (Node child : node.children) {
                if (child != null) {
                    number(child, branches);
                }
            }
        }
    }

    private static int pointer(Node child, int branches) {
        if (child == null) {
            return branches;
        }
        return child.data < 0 ? child.number : branches + SEPARATOR + child.data;
    }

    private Map<String, Object> metadata(int nodes) {
        return Map.of(
                "binary_format_major_version",
                2,
                "binary_format_minor_version",
                0,
                "build_epoch",
                built.getEpochSecond(),
                "database_type",
                "Keywarden-Test",
                "description",
                Map.of("en", "made for a test"),
                "ip_version",
                ipVersion,
                "languages",
                List.of("en"),
                "node_count",
                nodes,
                "record_size",
                24);
    }

    private static void write(ByteArrayOutputStream to, Object value) {
        if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            begin(to, 2, bytes.length);
            to.writeBytes(bytes);
        } else if (value instanceof Integer number) {
            begin(to, 6, 4);
            writeNumber(to, number, 4);
        } else if (value instanceof Long number) {
            begin(to, 9, 8);
            writeNumber(to, number, 8);
        } else if (value instanceof List<?> items) {
            begin(to, 11, items.size());
            items.forEach(item -> write(to, item));
        } else if (value instanceof Map<?, ?> map) {
            begin(to, 7, map.size());
            map.forEach((key, item) -> {
                write(to, key);
                write(to, item);
            });
        } else {
            throw new IllegalArgumentException(value + " (expected: a text, number, list or map)");
        }
    }

    /** Types above 7 stand in a byte of their own; so does what a size has above 28. */
    private static void begin(ByteArrayOutputStream to, int type, int size) {
        int shortSize = Math.min(size, 29);
        to.write(type > 7 ? shortSize : (type << 5) | shortSize);
        if (type > 7) {
            to.write(type - 7);
        }
        if (size > 28) {
            to.write(size - 29);
        }
    }

    private static void writeNumber(ByteArrayOutputStream to, long number, int length) {
        for (int i = length - 1; i >= 0; i--) {
            to.write((int) (number >>> (8 * i)));
        }
    }

    /** A branch with two children, or what the tree leads to. */
    private static final class Node {
        private final Node[] children = new Node[2];
        private final int data;
        private int number;

        private Node() {
            this(-1);
        }

        private Node(int data) {
            this.data = data;
        }

        private Node child(int bit) {
            if (children[bit] == null) {
                children[bit] = new Node();
            }
            return children[bit];
        }
    }
}
