package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells whether somebody may do less after a module was changed, whatever else they may do more. */
final class ModuleNarrowing {
    private ModuleNarrowing() {}

    /** Whether a state of a module takes a right away that the one before gave. */
    static boolean narrows(ModuleRecord before, ModuleRecord after) {
        boolean lessHosts = !after.getHostsList().isEmpty()
                && (before.getHostsList().isEmpty() || !after.getHostsList().containsAll(before.getHostsList()));
        boolean lessShadow = before.hasShadowUntil()
                && (!after.hasShadowUntil() || Timestamps.compare(after.getShadowUntil(), before.getShadowUntil()) < 0);
        boolean closed = after.getRestricted() && !before.getRestricted();
        return lessHosts || lessShadow || closed || lessOperations(before, after);
    }

    private static boolean lessOperations(ModuleRecord before, ModuleRecord after) {
        Map<ByteString, OperationRecord> there = after.getOperationsList().stream()
                .collect(Collectors.toMap(OperationRecord::getUid, Function.identity()));
        return before.getOperationsList().stream().anyMatch(was -> {
            OperationRecord is = there.get(was.getUid());
            return is == null || isLess(was, is);
        });
    }

    private static boolean isLess(OperationRecord was, OperationRecord is) {
        return was.getAction() != is.getAction()
                || (is.getRestricted() && !was.getRestricted())
                || !was.getPathTemplate().equals(is.getPathTemplate())
                || was.getHttpMethodsList().isEmpty() != is.getHttpMethodsList().isEmpty()
                || !is.getHttpMethodsList().containsAll(was.getHttpMethodsList());
    }
}
