package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.credential.HmacKeys;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names while two tag keys are live: each may be under either. */
class TwoTagKeysTest {
    private static final String NAME = "api.acme.example";
    private static final byte[] OTHER = "another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII);

    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final Aliases aliases = new Aliases(new HmacKeys(2, Map.of(1, new byte[32], 2, OTHER)));
    private final NearCache cache = world.cache(aliases);
    private final TenantRef tenant = new TenantRef(world.tenantUid, CacheWorld.SLOT);

    @BeforeEach
    void use() {
        cache.use(CacheWorld.single(generation));
    }

    @Test
    void tenantOfHost_underTheActiveKey_otherPlaceIsNotReadAgain() {
        put(places().get(0), host());
        assertThat(found()).contains(world.tenantUid);
        int reads = feed.reads.get();
        assertThat(found()).contains(world.tenantUid);
        assertThat(feed.reads).hasValue(reads);
    }

    @Test
    void tenantOfHost_underTheOtherKey_foundInOneLoad() {
        put(places().get(1), host());
        CheckView view = cache.begin("a");
        view.tenantOfHost(NAME);
        var unused = view.load(CacheWorld.LIMIT);
        assertThat(view.tenantOfHost(NAME)).isInstanceOf(Lookup.Found.class);
        assertThat(view.isComplete()).isTrue();
    }

    @Test
    void tenantOfHost_underNeither_bothAreReadAnewBeforeItIsRefused() {
        assertThat(found()).isEmpty();
        CheckView view = cache.begin("a");
        assertThat(view.tenantOfHost(NAME)).isInstanceOf(Lookup.NotFound.class);
        put(places().get(1), host());
        assertThat(view.distrust()).isTrue();
        var unused = view.load(CacheWorld.LIMIT);
        assertThat(view.tenantOfHost(NAME)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void tokenOfCredentialId_underNeither_bothAreReadAnewBeforeItIsRefused() {
        List<RecordKey> places =
                aliases.keys(Namespace.CREDENTIAL_ID, tenant, "SU-1".getBytes(StandardCharsets.US_ASCII));
        CheckView first = cache.begin("a");
        first.tokenOfCredentialId(tenant, "SU-1");
        var unused = first.load(CacheWorld.LIMIT);
        CheckView view = cache.begin("a");
        assertThat(view.tokenOfCredentialId(tenant, "SU-1")).isInstanceOf(Lookup.NotFound.class);
        put(
                places.get(0),
                AliasRecord.newBuilder()
                        .setNamespace(Namespace.CREDENTIAL_ID)
                        .setText("SU-1")
                        .setTokenId(world.id.text())
                        .setTenantUid(ByteString.copyFrom(world.tenantUid.toBytes())));
        assertThat(view.distrust()).isTrue();
        var unusedToo = view.load(CacheWorld.LIMIT);
        assertThat(view.tokenOfCredentialId(tenant, "SU-1")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void tenantOfHost_activePlaceCannotBeTold_notTakenFromTheOther() {
        feed.values.put(places().get(0), ByteString.copyFromUtf8("nonsense"));
        put(places().get(1), host());
        CheckView view = cache.begin("a");
        view.tenantOfHost(NAME);
        var unused = view.load(CacheWorld.LIMIT);
        assertThat(view.tenantOfHost(NAME)).isInstanceOf(Lookup.CannotTell.class);
    }

    private Optional<Uid> found() {
        CheckView view = cache.begin("a");
        Lookup<TenantRef> first = view.tenantOfHost(NAME);
        if (!view.isComplete()) {
            var unused = view.load(CacheWorld.LIMIT);
            first = view.tenantOfHost(NAME);
        }
        return first.fold(ref -> Optional.of(ref.uid()), absent -> Optional.empty(), unknown -> {
            throw new AssertionError(unknown.toString());
        });
    }

    private List<RecordKey> places() {
        return aliases.keys(Namespace.HOST, NAME);
    }

    private AliasRecord.Builder host() {
        return AliasRecord.newBuilder()
                .setNamespace(Namespace.HOST)
                .setText(NAME)
                .setTargetUid(ByteString.copyFrom(world.tenantUid.toBytes()))
                .setTargetSlot(CacheWorld.SLOT.text());
    }

    private void put(RecordKey place, AliasRecord.Builder alias) {
        world.put(feed, place, Uid.random(world.random), 1, alias.build().toByteString());
    }
}
