package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A read that is made in parts, each of which Redis answers in one step: all keys together where one server has every slot,
 * and otherwise those of each tag.
 *
 * @param keys all of them
 * @param parts where the keys of each part stand among all
 */
record FetchParts(List<RecordKey> keys, Collection<List<Integer>> parts) {
    /**
     * Splits a read.
     *
     * @param inOneStep whether Redis answers all keys in one step, whatever their tags
     */
    static FetchParts of(List<RecordKey> keys, boolean inOneStep) {
        Map<String, List<Integer>> parts = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String part = inOneStep ? "" : keys.get(i).slot().text();
            parts.computeIfAbsent(part, tag -> new ArrayList<>()).add(i);
        }
        return new FetchParts(List.copyOf(keys), parts.values());
    }

    /** Fetches every part, and puts the answers together in the order of the keys. One that fails fails them all. */
    CompletionStage<Fetched> fetch(Function<List<RecordKey>, CompletionStage<Fetched>> fetchPart) {
        if (parts.size() <= 1) {
            return fetchPart.apply(keys);
        }
        List<Optional<ByteString>> values = new ArrayList<>(Collections.nCopies(keys.size(), Optional.empty()));
        CompletionStage<Fetched> all = CompletableFuture.completedFuture(new Fetched.Values(values));
        for (List<Integer> part : parts) {
            CompletionStage<Fetched> one =
                    fetchPart.apply(part.stream().map(keys::get).toList());
            all = all.thenCombine(one, (before, fetched) -> joined(before, fetched, part));
        }
        return all;
    }

    private static Fetched joined(Fetched before, Fetched fetched, List<Integer> part) {
        if (!(before instanceof Fetched.Values all)) {
            return before;
        }
        if (fetched instanceof Fetched.Values found) {
            for (int i = 0; i < part.size(); i++) {
                all.values().set(part.get(i), found.values().get(i));
            }
            return all;
        }
        return fetched;
    }
}
