package io.keywarden.app;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.IndexKey;
import io.keywarden.store.IndexReader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tenants with their hosts and catalogs, so that the first checks find them known. What it cannot read, or not in
 * time, is read when a check asks for it. Blocks, for a bounded time.
 */
final class Preload implements StoreWatch.Step {
    private static final Logger LOG = LoggerFactory.getLogger(Preload.class);
    /** More tenants than that are read when they are asked for. */
    private static final int MOST_TENANTS = 400;

    private static final Duration LONGEST = Duration.ofMillis(800);
    private static final Duration READ_LIMIT = Duration.ofMillis(500);
    /** A tenant, then its hosts and its catalog, and once more for what changed meanwhile. */
    private static final int ROUNDS = 3;

    private final IndexReader indexes;
    private final VerifiedReader records;
    private final Aliases aliases;
    private final CheckReader reader;

    Preload(IndexReader indexes, VerifiedReader records, Aliases aliases, CheckReader reader) {
        this.indexes = indexes;
        this.records = records;
        this.aliases = aliases;
        this.reader = reader;
    }

    @Override
    public boolean needsMarker() {
        return true;
    }

    /** Done whatever came of it: nothing depends on it but the time that the first checks take. */
    @Override
    public boolean attempt() throws InterruptedException {
        long start = System.nanoTime();
        int tenants = 0;
        try {
            List<RecordKey> claims = await(indexes.list(IndexKey.TENANTS, "", MOST_TENANTS, READ_LIMIT))
                    .fold(List::copyOf, absent -> List.<String>of(), unknown -> List.<String>of())
                    .stream()
                    .flatMap(id -> aliases.keys(AliasRecord.Namespace.TENANT_ID, id).stream())
                    .toList();
            List<Lookup<StoredRecord>> found = claims.isEmpty() ? List.of() : await(records.read(claims, READ_LIMIT));
            for (Lookup<StoredRecord> claim : found) {
                if (System.nanoTime() - start < LONGEST.toNanos() && claim instanceof Lookup.Found<StoredRecord> one) {
                    load(tenant(one.value()));
                    tenants++;
                }
            }
        } catch (ExecutionException | TimeoutException | InvalidProtocolBufferException | IllegalArgumentException e) {
            LOG.info("preload_incomplete reason={}", e.toString());
        }
        LOG.info("preloaded tenants={} millis={}", tenants, (System.nanoTime() - start) / 1_000_000);
        return true;
    }

    private static TenantRef tenant(StoredRecord claim) throws InvalidProtocolBufferException {
        AliasRecord alias = AliasRecord.parseFrom(claim.payload());
        return new TenantRef(Uid.of(alias.getTargetUid().toByteArray()), new SlotTag(alias.getTargetSlot()));
    }

    private void load(TenantRef ref) throws InterruptedException, ExecutionException, TimeoutException {
        CheckView view = reader.begin("");
        for (int round = 0; round < ROUNDS; round++) {
            view.tenant(ref).map(tenant -> {
                tenant.hosts().forEach(view::tenantOfHost);
                return view.catalog(tenant.catalog());
            });
            if (view.isComplete()) {
                return;
            }
            await(view.load(READ_LIMIT));
        }
    }

    private static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    }
}
