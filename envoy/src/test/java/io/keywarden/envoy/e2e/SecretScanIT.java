package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.Program;
import io.keywarden.token.TokenSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lives through everything that Keywarden does, with all logged that can be, and looks for every secret of that life in all
 * that is left behind, in every form that it could have there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecretScanIT {
    /** No secret, but what one looks like: it is put where a secret could get to, to show that it would be found there. */
    private static final String PLANTED = "Planted0Wq7ZrT5bN2kXv8LmC4dJ9sHgY3fPaE6uRtB1o";

    private static final int KEY_LENGTH = 32;
    private static final Pattern KEY = Pattern.compile("(private|key): \"([^\"]+)\"");

    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    private final Map<String, String> places = new TreeMap<>();

    @BeforeAll
    void liveAndCollect() throws IOException {
        try (Deployment deployment = Deployment.overTcp()) {
            SecretStory story = new SecretStory(deployment);
            story.live(PLANTED);
            collectSecrets(deployment, story);
            plantInRedis(deployment);
            collectPlaces(deployment, story);
        }
    }

    @AfterAll
    void forget() {
        secrets.clear();
        places.clear();
    }

    @Test
    void wholeRun_everySecretInEveryForm_isNowhere() {
        assertThat(secrets).hasSizeGreaterThan(9);

        List<String> found = new ArrayList<>();
        secrets.forEach((name, secret) ->
                findings(secret).forEach((place, forms) -> found.add(name + " in " + place + " as " + forms)));

        assertThat(found).isEmpty();
    }

    @Test
    void wholeRun_whatWasPlanted_isFoundInEveryPlace() {
        byte[] planted = PLANTED.getBytes(StandardCharsets.US_ASCII);

        assertThat(findings(planted).keySet()).isEqualTo(places.keySet());
        assertThat(places.keySet())
                .contains("Keywarden's log", "Envoy's log", "Redis's log", "Redis's files", "metrics", "Redis stream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "\u0000\u0001\u0002"})
    void forms_ofAnEncodedTextWithTheSecretInIt_areInIt(String before) {
        byte[] secret = PLANTED.getBytes(StandardCharsets.US_ASCII);
        byte[] text = (before + PLANTED + "and more").getBytes(StandardCharsets.US_ASCII);
        String forms = String.join(
                "\n",
                Base64.getEncoder().encodeToString(text),
                Base64.getUrlEncoder().encodeToString(text),
                new StringBuilder(PLANTED).reverse());

        assertThat(SecretForms.of(secret).entrySet().stream()
                        .filter(form -> forms.contains(form.getValue()))
                        .map(Map.Entry::getKey))
                .contains("reversed", "base64+" + before.length() % 3, "base64url+" + before.length() % 3);
    }

    /** Where a secret is, and in which forms. */
    private Map<String, Set<String>> findings(byte[] secret) {
        Map<String, Set<String>> found = new TreeMap<>();
        SecretForms.of(secret)
                .forEach((name, form) -> places.forEach((place, text) -> {
                    if (text.contains(form)) {
                        found.computeIfAbsent(place, first -> new TreeSet<>()).add(name);
                    }
                }));
        return found;
    }

    private void collectSecrets(Deployment deployment, SecretStory story) throws IOException {
        for (IssuedToken token : story.tokens()) {
            String secret = token.secret().substring(0, TokenSecret.LENGTH);
            secrets.put("the secret of " + token.name(), secret.getBytes(StandardCharsets.US_ASCII));
        }
        String bootstrap = deployment.admin().bootstrapToken();
        secrets.put(
                "the bootstrap token's secret",
                bootstrap.substring(bootstrap.lastIndexOf('_') + 1).getBytes(StandardCharsets.US_ASCII));
        Matcher key = KEY.matcher(Files.readString(deployment.folder().resolve("keys/admin.keys")));
        while (key.find()) {
            byte[] encoded = Base64.getDecoder().decode(key.group(2));
            // What comes before the key itself in PKCS #8 is the same for all Ed25519 keys.
            byte[] bytes = Arrays.copyOfRange(encoded, encoded.length - KEY_LENGTH, encoded.length);
            secrets.put(key.group(1) + " " + secrets.size() + " of admin.keys", bytes);
            secrets.put(
                    key.group(1) + " " + secrets.size() + " of admin.keys as written there",
                    key.group(2).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void plantInRedis(Deployment deployment) throws IOException {
        int port = deployment.redis().port();
        RedisContents.command(port, "EVAL", "redis.log(redis.LOG_WARNING, ARGV[1])", "0", PLANTED);
        RedisContents.command(port, "SET", PLANTED, PLANTED);
        RedisContents.command(port, "HSET", "planted:hash", PLANTED, "");
        RedisContents.command(port, "ZADD", "planted:zset", "0", PLANTED);
    }

    private void collectPlaces(Deployment deployment, SecretStory story) throws IOException {
        places.putAll(story.answers());
        places.putAll(RedisContents.of(deployment.redis().port()));
        places.put("Keywarden's log", read(deployment.folder().resolve("keywarden.log")));
        places.put("Envoy's log", deployment.gateway().log());
        Path redis = deployment.redis().folder();
        places.put("Redis's log", read(redis.resolve("redis.log")));
        try (Stream<Path> files = Files.walk(redis)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("redis.log")) {
                    places.merge("Redis's files", read(file), String::concat);
                }
            }
        }
        places.put("init-keys", initKeys(deployment.folder().resolve(PLANTED)));
        // What a caller says gets to none of these, so it is added to what was read of them.
        places.merge("gateway's answers", PLANTED, String::concat);
        places.put("metrics", deployment.keywarden().metrics() + PLANTED);
        places.put(
                "Admin's state",
                read(deployment.folder().resolve("state/store.json"))
                        + read(deployment.folder().resolve("state/bootstrap.json"))
                        + PLANTED);
        places.put("check-config", checkConfig(deployment.folder()) + PLANTED);
    }

    /** What the command prints; the keys that it makes are looked for everywhere, too. */
    private String initKeys(Path folder) throws IOException {
        String printed = Program.run("init-keys", "--out", folder.toString());
        Matcher key = KEY.matcher(Files.readString(folder.resolve("admin.keys")));
        while (key.find()) {
            secrets.put(
                    key.group(1) + " " + secrets.size() + " of other keys",
                    key.group(2).getBytes(StandardCharsets.US_ASCII));
        }
        return printed;
    }

    private static String checkConfig(Path folder) {
        return Program.run(
                "check-config", "--config", folder.resolve("keywarden.yaml").toString());
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
