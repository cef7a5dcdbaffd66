package io.keywarden.bench.compare;

import com.google.protobuf.ByteString;
import io.keywarden.config.KeyFile;
import io.keywarden.config.SigningKey;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.history.HistoryChain;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.StoredRecord.Draft;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.SignedRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes many tokens past the Admin API: each with an id, a secret and a signed record of its own, as Admin makes them, but
 * without names, lists and history, which no check reads.
 */
final class Seeder {
    private static final int BATCH = 500;
    private static final int THREADS = 2;

    private final int redisPort;
    private final Path book;
    private final TokenRecord like;
    private final RecordSigner signer;
    private final IdTags tags;
    private final SecretHasher hasher;
    private final SecureRandom random = new SecureRandom();
    private int seeded;

    private Seeder(int redisPort, Path book, TokenRecord like, KeyFile keys) {
        SigningKey key = keys.signingKey().orElseThrow();
        this.redisPort = redisPort;
        this.book = book;
        this.like = like;
        this.signer = new RecordSigner(key.id(), key.privateKey());
        this.tags = new IdTags(keys.tags());
        this.hasher = new SecretHasher(keys.peppers(), random);
    }

    /**
     * Prepares to write tokens that are like one that Admin made.
     *
     * @param token a token's text
     * @param keys the file with the signing key
     * @param book where the texts of all tokens go, one a line
     */
    static Seeder like(String token, Path keys, int redisPort, Path book) throws IOException {
        KeyFile file = KeyFile.read(keys).fold(read -> read, problems -> {
            throw new IllegalStateException("the key file: " + problems);
        });
        TokenId id = TokenText.parse(token).orElseThrow().id();
        try (RedisWire redis = RedisWire.to(redisPort)) {
            byte[] record = redis.call("GET", RecordKey.token(id).text()).orElseThrow();
            return new Seeder(
                    redisPort,
                    book,
                    TokenRecord.parseFrom(SignedRecord.parseFrom(record).getPayload()),
                    file);
        }
    }

    /** The file with the texts of the tokens. */
    Path book() {
        return book;
    }

    /** How many tokens there are so far. */
    int seeded() {
        return seeded;
    }

    /** Writes more tokens until there are as many. */
    void upTo(int count) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (OutputStream texts = Files.newOutputStream(book, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (seeded < count) {
                List<Future<String>> parts = new ArrayList<>();
                for (int i = 0; i < 2 * THREADS && seeded < count; i++) {
                    int size = Math.min(20 * BATCH, count - seeded);
                    parts.add(threads.submit(() -> write(size)));
                    seeded += size;
                }
                for (Future<String> part : parts) {
                    texts.write(part.get().getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (ExecutionException e) {
            throw new IOException("the tokens can't be written", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** The text of a token that was never made, with an id that only the holder of the keys could have made. */
    String unknown() {
        return TokenText.format("kw", tags.issue(new TokenId(like.getId()).slot(), random), TokenSecret.random(random));
    }

    /** The text of a token with another secret than its own. */
    String wrong(String text) {
        return TokenText.format("kw", TokenText.parse(text).orElseThrow().id(), TokenSecret.random(random));
    }

    private String write(int size) throws IOException {
        StringBuilder texts = new StringBuilder();
        try (RedisWire redis = RedisWire.to(redisPort)) {
            int open = 0;
            for (int i = 0; i < size; i++) {
                texts.append(add(redis)).append('\n');
                if (++open == BATCH) {
                    redis.expectOk(open);
                    open = 0;
                }
            }
            redis.expectOk(open);
        }
        return texts.toString();
    }

    private String add(RedisWire redis) throws IOException {
        TokenId id = tags.issue(new TokenId(like.getId()).slot(), random);
        Uid uid = Uid.random(random);
        TokenSecret secret = TokenSecret.random(random);
        SecretHasher.Digest digest = hasher.digest(Uid.of(like.getTenantUid().toByteArray()), uid, secret);
        RecordKey key = RecordKey.token(id);
        TokenRecord record = like.toBuilder()
                .setId(id.text())
                .setDisplayName("seeded " + id.text())
                .clearSecrets()
                .addSecrets(SecretDigest.newBuilder()
                        .setNumber(1)
                        .setPepper(digest.pepper())
                        .setDigest(ByteString.copyFrom(digest.bytes()))
                        .setCreateTime(like.getCreateTime()))
                .build();
        ChainHead head = new HistoryChain(key)
                .append(ChainHead.EMPTY, EventRecord.newBuilder().setKind("CreateToken"))
                .head();
        ByteString signed = signer.sign(Draft.first(key, uid, head, record.toByteString()));
        redis.write(
                "SET".getBytes(StandardCharsets.US_ASCII),
                key.text().getBytes(StandardCharsets.US_ASCII),
                signed.toByteArray());
        return TokenText.format("kw", id, secret);
    }
}
