package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.Uid;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/** Signed records for tests, under a key of their own. */
public final class Records {
    static final int KEY_ID = 7;

    private final KeyPair keys = keyPair();
    private final SecureRandom random = new SecureRandom();

    public RecordSigner signer() {
        return new RecordSigner(KEY_ID, keys.getPrivate());
    }

    public RecordOpener opener() {
        return new RecordOpener(Map.of(KEY_ID, keys.getPublic()), 100);
    }

    /** A first version with any payload. */
    public StoredRecord.Draft draft(RecordKey key) {
        return StoredRecord.Draft.first(
                key, Uid.random(random), StoredRecord.ChainHead.EMPTY, ByteString.copyFromUtf8("payload"));
    }

    public ByteString sign(StoredRecord.Draft draft) {
        return signer().sign(draft);
    }

    /** The marker of a store. */
    public ByteString marker(Uid incarnation) {
        ByteString payload = StoreRecord.newBuilder()
                .setIncarnation(ByteString.copyFrom(incarnation.toBytes()))
                .build()
                .toByteString();
        return sign(StoredRecord.Draft.first(RecordKey.STORE, incarnation, StoredRecord.ChainHead.EMPTY, payload));
    }

    /** Puts a store's marker into a store. */
    public void found(InMemoryStore store, Uid incarnation) {
        store.overwrite(RecordKey.STORE, Optional.of(marker(incarnation)));
    }

    static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
