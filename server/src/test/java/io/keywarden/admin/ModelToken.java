package io.keywarden.admin;

import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a token has to be by what was done to it: written once more, in the simplest way, and by one thread. */
final class ModelToken {
    private static final int MOST_LIVE = 2;
    private static final int MOST_ENDED = 3;
    private static final Duration KEPT = Duration.ofDays(30);

    final String name;
    final String displayName;
    final boolean owned;
    private final Optional<Instant> expires;
    private final List<ModelSecret> told = new ArrayList<>();
    private List<ModelSecret> known = new ArrayList<>();
    private Token.State state = Token.State.ACTIVE;
    private boolean revoked;
    private Instant purgeTime = Instant.MAX;
    private boolean purged;
    private long events = 1;

    /** A secret that was told; without an end it works as long as the token. */
    private record ModelSecret(int number, String text, Optional<Instant> end) {
        boolean isLive(Instant now) {
            return end.isEmpty() || now.isBefore(end.get());
        }

        ModelSecret endingBy(Instant time) {
            return new ModelSecret(
                    number, text, Optional.of(end.filter(time::isAfter).orElse(time)));
        }
    }

    ModelToken(Token made, String secret, Optional<Instant> expires) {
        this.name = made.getName();
        this.displayName = made.getDisplayName();
        this.owned = !made.getOwner().isEmpty();
        this.expires = expires;
        tell(1, secret);
    }

    private void tell(int number, String secret) {
        ModelSecret next = new ModelSecret(number, secret, Optional.empty());
        told.add(next);
        known.add(0, next);
    }

    boolean isPurged() {
        return purged;
    }

    long events() {
        return events;
    }

    /** Why it cannot be changed; empty text where it can. */
    String obstacle() {
        if (purged) {
            return "NOT_FOUND";
        }
        return switch (state) {
            case DELETED -> "FAILED_PRECONDITION TOKEN_DELETED";
            case REVOKED -> "FAILED_PRECONDITION TOKEN_REVOKED";
            default -> "";
        };
    }

    String obstacleToRevoking() {
        return state == Token.State.REVOKED ? "" : obstacle();
    }

    String obstacleToDeleting() {
        return purged ? obstacle() : "";
    }

    String obstacleToUndeleting(Instant now) {
        if (purged) {
            return obstacle();
        }
        if (state != Token.State.DELETED) {
            return "FAILED_PRECONDITION TOKEN_NOT_DELETED";
        }
        return now.isBefore(purgeTime) ? "" : obstacle();
    }

    void update() {
        events++;
    }

    void rotate(Instant now, Duration grace, String secret) {
        Instant asked = now.plus(grace);
        Instant end = expires.filter(asked::isAfter).orElse(asked);
        Instant graceEnd = end.isBefore(now) ? now : end;
        List<ModelSecret> before = known;
        known = new ArrayList<>();
        tell(before.get(0).number() + 1, secret);
        int live = 1;
        for (ModelSecret old : before) {
            ModelSecret ending = old.endingBy(graceEnd);
            if (ending.isLive(now)) {
                live++;
            }
            known.add(live > MOST_LIVE ? ending.endingBy(now) : ending);
        }
        forget(now);
        events++;
    }

    void endGrace(Instant now) {
        if (known.stream().filter(secret -> secret.isLive(now)).count() <= 1) {
            return;
        }
        for (int i = 1; i < known.size(); i++) {
            known.set(i, known.get(i).endingBy(now));
        }
        forget(now);
        events++;
    }

    private void forget(Instant now) {
        int ended = 0;
        List<ModelSecret> kept = new ArrayList<>();
        for (ModelSecret secret : known) {
            ended += secret.isLive(now) ? 0 : 1;
            if (secret.isLive(now) || ended <= MOST_ENDED) {
                kept.add(secret);
            }
        }
        known = kept;
    }

    void become(Token.State next) {
        if (state != next) {
            state = next;
            events++;
        }
    }

    void delete(Instant now) {
        if (state != Token.State.DELETED) {
            revoked = state == Token.State.REVOKED;
            purgeTime = now.plus(KEPT);
            become(Token.State.DELETED);
        }
    }

    void undelete() {
        become(revoked ? Token.State.REVOKED : Token.State.DISABLED);
    }

    /** The upkeep came by. */
    void upkeep(Instant now) {
        if (state == Token.State.DELETED && !purgeTime.isAfter(now)) {
            purged = true;
        }
    }

    /** The texts of its last few secrets. */
    List<String> told() {
        return told.stream()
                .skip(Math.max(0, told.size() - MOST_LIVE - MOST_ENDED - 2))
                .map(ModelSecret::text)
                .toList();
    }

    /** How a check of one of its secrets is decided. */
    String check(String text, Instant now, boolean tenantActive, boolean ownerActive) {
        Optional<ModelSecret> secret =
                known.stream().filter(one -> one.text().equals(text)).findFirst();
        if (purged || secret.isEmpty()) {
            return "INVALID_CREDENTIAL";
        }
        if (state != Token.State.ACTIVE) {
            return state.name();
        }
        if (!tenantActive) {
            return "TENANT_DISABLED";
        }
        if (owned && !ownerActive) {
            return "OWNER_DISABLED";
        }
        if (expires.isPresent() && !now.isBefore(expires.get())) {
            return "EXPIRED";
        }
        return secret.get().isLive(now) ? StoredChecks.ALLOW : "SECRET_ROTATED";
    }

    /** As {@link #shown} shows what Admin tells. */
    String shown(Instant now) {
        StringBuilder text = new StringBuilder(displayName).append(' ').append(state);
        for (ModelSecret secret : known) {
            Secret.State shown = secret.end().isEmpty()
                    ? Secret.State.CURRENT
                    : secret.isLive(now) ? Secret.State.GRACE : Secret.State.ENDED;
            text.append(' ').append(secret.number()).append(' ').append(shown);
            secret.end().ifPresent(end -> text.append(" until ").append(end));
        }
        return text.toString();
    }

    static String shown(Token token) {
        StringBuilder text =
                new StringBuilder(token.getDisplayName()).append(' ').append(token.getState());
        for (Secret secret : token.getSecretsList()) {
            text.append(' ').append(secret.getNumber()).append(' ').append(secret.getState());
            if (secret.hasGraceEndTime()) {
                text.append(" until ")
                        .append(Instant.ofEpochSecond(
                                secret.getGraceEndTime().getSeconds(),
                                secret.getGraceEndTime().getNanos()));
            }
        }
        return text.toString();
    }
}
