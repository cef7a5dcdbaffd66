package io.keywarden.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code redis}: where Redis is may be said in one of three ways. */
final class RedisSection {
    private static final List<String> PLACES = List.of("url", "sentinel", "cluster");

    private final Problems problems;
    private final Section section;

    RedisSection(Problems problems, Section section) {
        this.problems = problems;
        this.section = section;
    }

    RedisConfig read() {
        int before = problems.count();
        rejectSecondPlace();
        RedisPlace place = place();
        Optional<String> username = section.text("username");
        Optional<Path> password = section.secretFile("password_file");
        Optional<Path> ca = section.file("ca");
        var timeout = section.value("timeout", Durations::parse).orElse(RedisConfig.DEFAULT_TIMEOUT);
        String minimum = section.text("minimum_version").orElse(RedisConfig.DEFAULT_MINIMUM_VERSION);
        return section.build(
                before, () -> new RedisConfig(place, username, password, ca, timeout, minimum), RedisConfig::defaults);
    }

    private void rejectSecondPlace() {
        List<String> given = PLACES.stream().filter(section::has).toList();
        if (given.size() > 1) {
            section.reject(
                    given.get(1),
                    "given beside redis." + given.get(0)
                            + " (expected: one of redis.url, redis.sentinel, redis.cluster)");
        }
    }

    private RedisPlace place() {
        Optional<Boolean> encrypted = section.value("tls", RedisSection::yesOrNo);
        boolean tls = encrypted.orElse(false);
        Section sentinel = section.section("sentinel");
        Section cluster = section.section("cluster");
        URI url = section.value("url", RedisSection::uri).orElse(RedisConfig.DEFAULT_URL);
        if (section.has("sentinel")) {
            return sentinel(sentinel, tls);
        }
        if (section.has("cluster")) {
            return cluster(cluster, tls);
        }
        if (encrypted.isPresent()) {
            section.reject("tls", "given with one Redis (expected: redis.url, with rediss:// for TLS)");
        }
        return new RedisPlace.Standalone(url);
    }

    private RedisPlace sentinel(Section sentinel, boolean tls) {
        int before = problems.count();
        Optional<String> master = sentinel.text("master");
        Optional<List<HostPort>> nodes = sentinel.list("nodes", RedisSection::node);
        Optional<String> username = sentinel.text("username");
        Optional<Path> password = sentinel.secretFile("password_file");
        sentinel.require("master", master.isPresent(), "the name by which the Sentinels know the master");
        sentinel.require("nodes", nodes.isPresent(), "host:port of the Sentinels");
        return sentinel.build(
                before,
                () -> new RedisPlace.Sentinel(master.orElse(""), nodes.orElse(List.of()), username, password, tls),
                () -> RedisConfig.defaults().place());
    }

    private RedisPlace cluster(Section cluster, boolean tls) {
        int before = problems.count();
        Optional<List<HostPort>> nodes = cluster.list("nodes", RedisSection::node);
        cluster.require("nodes", nodes.isPresent(), "host:port of some nodes of the cluster");
        return cluster.build(
                before,
                () -> new RedisPlace.Cluster(nodes.orElse(List.of()), tls),
                () -> RedisConfig.defaults().place());
    }

    private static HostPort node(String text) {
        HostPort node = HostPort.parse(text);
        if (node.port() == 0) {
            throw new IllegalArgumentException("'" + text + "' (expected: a port of 1 to 65535)");
        }
        return node;
    }

    private static boolean yesOrNo(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' (expected: true or false)");
        }
        return text.equals("true");
    }

    /** Never quotes what it cannot read: a password may stand in it. */
    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a URL (expected: redis://host:port)");
        }
    }
}
