package io.keywarden.bench.jmh;

import com.google.protobuf.ByteString;
import io.keywarden.store.Opened;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoredRecord;
import io.keywarden.token.Uid;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Opening a token's record: its signature verified, or remembered; and signing one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordBenchmark {
    private static final int PAYLOAD_BYTES = 300;

    private final KeyPair keys = newKeys();
    private final RecordSigner signer = new RecordSigner(1, keys.getPrivate());
    private final RecordKey key = RecordKey.token(new World().token().id());
    private final StoredRecord.Draft draft = StoredRecord.Draft.first(
            key, new Uid(1, 2), StoredRecord.ChainHead.EMPTY, ByteString.copyFrom(new byte[PAYLOAD_BYTES]));
    private final ByteString bytes = signer.sign(draft);
    private final RecordOpener forgetful = new RecordOpener(Map.of(1, keys.getPublic()), 0);
    private final RecordOpener opener = new RecordOpener(Map.of(1, keys.getPublic()), 1_000);

    /** A record that was never seen. */
    @Benchmark
    public Opened verify() {
        return forgetful.open(key, bytes);
    }

    /** A record that was seen before. */
    @Benchmark
    public Opened remembered() {
        return opener.open(key, bytes);
    }

    /** What Admin does for each write. */
    @Benchmark
    public ByteString sign() {
        return signer.sign(draft);
    }

    private static KeyPair newKeys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 is missing (expected: every Java platform has it)", e);
        }
    }
}
