package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What becomes of the secrets of a token, newest first: the live ones, and the last 3 that ended. */
final class TokenSecrets {
    /** How many that ended are kept, so that a check can say that they were replaced. */
    static final int MOST_ENDED = 3;
    /** How many can be live. */
    static final int MOST_LIVE = Token.MAX_SECRETS - MOST_ENDED;
    /** What a grace period can be. */
    static final String GRACE_PERIOD_RULE = "whole seconds, 0 to 90 days";

    private static final int USUAL_LIVE = 2;
    private static final Duration USUAL_GRACE_PERIOD = Durations.fromHours(24);
    private static final Duration LONGEST_GRACE_PERIOD = Durations.fromDays(90);

    private TokenSecrets() {}

    /**
     * The secrets of a token after a change.
     *
     * @param kept newest first
     * @param dropped those of which nothing is kept any more
     */
    record Change(List<SecretDigest> kept, List<SecretDigest> dropped) {}

    /** Whether something can be a grace period. */
    static boolean isGracePeriod(Duration duration) {
        return Durations.isValid(duration)
                && !Durations.isNegative(duration)
                && Durations.compare(duration, LONGEST_GRACE_PERIOD) <= 0
                && Durations.compare(duration, Durations.fromSeconds(Durations.toSeconds(duration))) == 0;
    }

    /** What is stored of a secret that is made now. */
    static SecretDigest dated(SecretDigest digest, Optional<RecordChange> alias, Timestamp now) {
        return digest.toBuilder()
                .setCreateTime(now)
                .setAlias(alias.map(change -> change.key().id()).orElse(""))
                .build();
    }

    /**
     * When the secrets of a token end that is given a new one now.
     *
     * @param asked what the call says; empty where the tenant's usual grace period counts
     */
    static Timestamp graceEnd(TenantRecord tenant, TokenRecord token, Optional<Duration> asked, Timestamp now) {
        Duration usual = tenant.hasDefaultGracePeriod() ? tenant.getDefaultGracePeriod() : USUAL_GRACE_PERIOD;
        Timestamp end = Timestamps.add(now, asked.orElse(usual));
        if (token.hasExpireTime()) {
            end = earlier(end, token.getExpireTime());
        }
        if (tenant.hasMaxLifetime()) {
            end = earlier(end, Timestamps.add(token.getCreateTime(), tenant.getMaxLifetime()));
        }
        return Timestamps.compare(end, now) < 0 ? now : end;
    }

    /**
     * Puts a new secret before the others, which end at {@code graceEnd} at the latest: an older one must not outlive a newer
     * one. Of more live ones than the tenant lets be, the oldest end now.
     */
    static Change rotated(TenantRecord tenant, List<SecretDigest> before, SecretDigest next, Timestamp graceEnd) {
        Timestamp now = next.getCreateTime();
        int mostLive = tenant.getMaxLiveSecrets() == 0 ? USUAL_LIVE : tenant.getMaxLiveSecrets();
        List<SecretDigest> all = new ArrayList<>();
        all.add(next);
        int live = 1;
        for (SecretDigest secret : before) {
            SecretDigest ending = endingBy(secret, graceEnd);
            boolean tooMany = isLive(ending, now) && ++live > mostLive;
            all.add(tooMany ? endingBy(ending, now) : ending);
        }
        return kept(all, now);
    }

    /** Ends all but the newest. */
    static Change ended(List<SecretDigest> before, Timestamp now) {
        List<SecretDigest> all = new ArrayList<>();
        for (SecretDigest secret : before) {
            all.add(all.isEmpty() ? secret : endingBy(secret, now));
        }
        return kept(all, now);
    }

    /**
     * Brings secrets back to how they were after a change that was lost with a server of the store: what had ended then ends,
     * and where the newest one was lost too, it is there again. Of what was done since, nothing is undone.
     *
     * @param then the secrets after the change that was lost
     */
    static List<SecretDigest> again(List<SecretDigest> now, List<SecretDigest> then) {
        boolean newestLost = !then.isEmpty() && number(then) > number(now);
        List<SecretDigest> all = new ArrayList<>();
        for (SecretDigest secret : now) {
            Optional<SecretDigest> same = same(then, secret);
            all.add(same.filter(SecretDigest::hasEndTime)
                    .map(was -> endingBy(secret, was.getEndTime()))
                    .orElse(newestLost ? endingBy(secret, then.get(0).getCreateTime()) : secret));
        }
        if (newestLost) {
            then.stream().filter(was -> same(now, was).isEmpty()).forEach(all::add);
            all.sort(Comparator.comparingInt(SecretDigest::getNumber).reversed());
        }
        // One more than a rotation would have left can be there: the oldest, which ended.
        return List.copyOf(all.subList(0, Math.min(all.size(), Token.MAX_SECRETS)));
    }

    /** Of a token that ended for good, nothing is kept that its secret could be told from. */
    static TokenRecord.Builder untold(TokenRecord.Builder token) {
        token.getSecretsBuilderList().forEach(secret -> secret.clearSealed().clearJwe());
        return token;
    }

    /** Whether a secret works at a moment. */
    static boolean isLive(SecretDigest secret, Timestamp now) {
        return !secret.hasEndTime() || Timestamps.compare(now, secret.getEndTime()) < 0;
    }

    /** The number of the newest one; 0 where there is none. */
    static int number(List<SecretDigest> secrets) {
        return secrets.stream().mapToInt(SecretDigest::getNumber).max().orElse(0);
    }

    /** Secrets as the journal keeps them. */
    static ByteString bytes(List<SecretDigest> secrets) {
        return TokenRecord.newBuilder().addAllSecrets(secrets).build().toByteString();
    }

    /** Reads what {@link #bytes} wrote. */
    static List<SecretDigest> of(ByteString bytes) {
        try {
            return TokenRecord.parseFrom(bytes).getSecretsList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("secrets that are not understood (expected: as Admin wrote them)", e);
        }
    }

    private static Change kept(List<SecretDigest> all, Timestamp now) {
        List<SecretDigest> kept = new ArrayList<>();
        List<SecretDigest> dropped = new ArrayList<>();
        int ended = 0;
        for (SecretDigest secret : all) {
            boolean keeps = isLive(secret, now) || ++ended <= MOST_ENDED;
            (keeps ? kept : dropped).add(secret);
        }
        return new Change(kept, dropped);
    }

    private static Optional<SecretDigest> same(List<SecretDigest> secrets, SecretDigest one) {
        return secrets.stream()
                .filter(other -> other.getDigest().equals(one.getDigest()))
                .findFirst();
    }

    private static SecretDigest endingBy(SecretDigest secret, Timestamp end) {
        Timestamp earliest = secret.hasEndTime() ? earlier(secret.getEndTime(), end) : end;
        // Only the current one is told again.
        return secret.toBuilder().setEndTime(earliest).clearSealed().clearJwe().build();
    }

    private static Timestamp earlier(Timestamp one, Timestamp other) {
        return Timestamps.compare(one, other) <= 0 ? one : other;
    }
}
