package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Somebody who does whatever comes to their mind with an owner and tokens that nobody else touches; used by one thread at a time. */
final class ModelPlayer {
    private static final int MOST_TOKENS = 12;
    private static final List<Duration> GRACES =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(3));

    private final ModelRun.World world;
    private final String id;
    private final String owner;
    private final AtomicBoolean tenantActive;
    private final Random random;
    private final List<ModelToken> tokens = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private boolean ownerActive = true;
    private long ownerEvents = 1;
    private int made;
    private String last = "nothing";
    private final Map<String, Integer> done = new TreeMap<>();
    /** How often something was not done, as others were faster each time. */
    private int lost;

    ModelPlayer(ModelRun.World world, AtomicBoolean tenantActive, String id, long seed) {
        this.world = world;
        this.tenantActive = tenantActive;
        this.id = id;
        this.owner = "tenants/acme/owners/" + id;
        this.random = new Random(seed);
        var unused = world.shops()
                .owners()
                .createOwner(Fixtures.owner(id).setWait(false).build());
    }

    /** How often each thing was done. */
    Map<String, Integer> done() {
        return done;
    }

    /** How often it gave up on something that others changed too. */
    int lost() {
        return lost;
    }

    /** Does something, and looks whether it became of it what had to. */
    void act() {
        try {
            Optional<ModelToken> touched = random.nextInt(20) == 0 ? actOnOwner() : actOnToken();
            touched.ifPresent(this::requireAsPredicted);
        } catch (AssertionError e) {
            throw new AssertionError(id + ", after " + last + ": " + e.getMessage(), e);
        }
    }

    /** Looks at all that it has. */
    void requireAllAsPredicted() {
        last = "a look at everything";
        tokens.forEach(this::requireAsPredicted);
        assertThat(world.shops().verify(owner).getEventCount()).isEqualTo(ownerEvents);
    }

    void upkeep(Instant now) {
        for (ModelToken token : tokens) {
            boolean before = token.isPurged();
            token.upkeep(now);
            if (token.isPurged() && !before) {
                names.remove(token.displayName);
                done.merge("PurgeToken", 1, Integer::sum);
            }
        }
    }

    private Optional<ModelToken> actOnOwner() {
        boolean enable = random.nextBoolean();
        String what = enable ? "EnableOwner" : "DisableOwner";
        boolean changed =
                expect(what, "", () -> enable ? enableOwner() : disableOwner()).isPresent();
        if (changed && ownerActive != enable) {
            ownerActive = enable;
            ownerEvents++;
        }
        VerifyHistoryResponse verified = world.shops().verify(owner);
        assertThat(verified.getProblemsList()).isEmpty();
        assertThat(verified.getEventCount()).isEqualTo(ownerEvents);
        return tokens.stream().filter(token -> token.owned).findAny();
    }

    private Message enableOwner() {
        return world.shops()
                .owners()
                .enableOwner(EnableOwnerRequest.newBuilder()
                        .setName(owner)
                        .setWait(false)
                        .build());
    }

    private Message disableOwner() {
        return world.shops()
                .owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(owner).build());
    }

    private Optional<ModelToken> actOnToken() {
        if (tokens.isEmpty() || (tokens.size() < MOST_TOKENS && random.nextInt(4) == 0)) {
            return create();
        }
        ModelToken token = tokens.get(random.nextInt(tokens.size()));
        if (token.isPurged() && random.nextInt(3) == 0) {
            tokens.remove(token);
            return create();
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> rotate(token);
            case 3, 4 -> endGrace(token);
            case 5 -> disable(token);
            case 6, 7 -> enable(token);
            case 8 -> update(token);
            case 9 -> undelete(token);
            case 10 -> delete(token);
            default -> {
                if (random.nextInt(3) == 0) {
                    revoke(token);
                } else {
                    tryWithOldEtag(token);
                }
            }
        }
        return Optional.of(token);
    }

    /** With a name that may be taken, for an owner who may be disabled. */
    private Optional<ModelToken> create() {
        boolean owned = random.nextBoolean();
        boolean again = !tokens.isEmpty() && random.nextInt(3) == 0;
        String displayName = again ? tokens.get(random.nextInt(tokens.size())).displayName : id + " " + made++;
        Optional<Instant> expires = random.nextInt(3) == 0
                ? Optional.of(world.time().clock().instant().plus(Duration.ofDays(1 + random.nextInt(60))))
                : Optional.empty();
        CreateTokenRequest.Builder request = Shops.create(displayName).toBuilder();
        request.getTokenBuilder().setOwner(owned ? owner : "");
        expires.ifPresent(time -> request.getTokenBuilder().setExpireTime(RecordWrites.timestamp(time)));
        String obstacle = owned && !ownerActive
                ? "FAILED_PRECONDITION OWNER_DISABLED"
                : names.contains(displayName) ? "ALREADY_EXISTS NAME_TAKEN" : "";
        Optional<CreateTokenResponse> answer =
                expect("CreateToken", obstacle, () -> world.shops().tokens().createToken(request.build()));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        String secret = answer.get().getPlain().getSecret();
        world.told().accept(secret);
        names.add(displayName);
        ModelToken token = new ModelToken(answer.get().getToken(), secret, expires);
        tokens.add(token);
        return Optional.of(token);
    }

    private void rotate(ModelToken token) {
        Duration grace = GRACES.get(random.nextInt(GRACES.size()));
        RotateTokenRequest request = RotateTokenRequest.newBuilder()
                .setName(token.name)
                .setGracePeriod(Durations.fromSeconds(grace.toSeconds()))
                .setWait(false)
                .build();
        expect("RotateToken", token.obstacle(), () -> world.shops().tokens().rotateToken(request))
                .ifPresent(rotated -> {
                    String secret = rotated.getPlain().getSecret();
                    world.told().accept(secret);
                    token.rotate(now(), grace, secret);
                });
    }

    private void endGrace(ModelToken token) {
        send(
                "EndGracePeriod",
                token,
                token.obstacleToRevoking(),
                t -> t.endGrace(now()),
                () -> world.shops()
                        .tokens()
                        .endGracePeriod(EndGracePeriodRequest.newBuilder()
                                .setName(token.name)
                                .build()));
    }

    private void enable(ModelToken token) {
        send(
                "EnableToken",
                token,
                token.obstacle(),
                t -> t.become(Token.State.ACTIVE),
                () -> world.shops()
                        .tokens()
                        .enableToken(EnableTokenRequest.newBuilder()
                                .setName(token.name)
                                .setWait(false)
                                .build()));
    }

    private void disable(ModelToken token) {
        send(
                "DisableToken",
                token,
                token.obstacle(),
                t -> t.become(Token.State.DISABLED),
                () -> world.shops()
                        .tokens()
                        .disableToken(DisableTokenRequest.newBuilder()
                                .setName(token.name)
                                .build()));
    }

    private void revoke(ModelToken token) {
        send(
                "RevokeToken",
                token,
                token.obstacleToRevoking(),
                t -> t.become(Token.State.REVOKED),
                () -> world.shops()
                        .tokens()
                        .revokeToken(RevokeTokenRequest.newBuilder()
                                .setName(token.name)
                                .build()));
    }

    private void delete(ModelToken token) {
        send(
                "DeleteToken",
                token,
                token.obstacleToDeleting(),
                t -> t.delete(now()),
                () -> world.shops()
                        .tokens()
                        .deleteToken(DeleteTokenRequest.newBuilder()
                                .setName(token.name)
                                .build()));
    }

    private void undelete(ModelToken token) {
        send(
                "UndeleteToken",
                token,
                token.obstacleToUndeleting(now()),
                ModelToken::undelete,
                () -> world.shops()
                        .tokens()
                        .undeleteToken(UndeleteTokenRequest.newBuilder()
                                .setName(token.name)
                                .setWait(false)
                                .build()));
    }

    private void update(ModelToken token) {
        send(
                "UpdateToken",
                token,
                token.obstacle(),
                ModelToken::update,
                () -> world.shops()
                        .tokens()
                        .updateToken(UpdateTokenRequest.newBuilder()
                                .setToken(Token.newBuilder()
                                        .setName(token.name)
                                        .setDescription("text " + random.nextLong()))
                                .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                                .build()));
    }

    /** Whoever saw it before it was changed changes nothing. */
    private void tryWithOldEtag(ModelToken token) {
        if (!token.obstacle().isEmpty()) {
            return;
        }
        String etag = world.shops().get(token.name).getEtag();
        update(token);
        send(
                "RevokeToken with an old etag",
                token,
                "ABORTED",
                t -> {},
                () -> world.shops()
                        .tokens()
                        .revokeToken(RevokeTokenRequest.newBuilder()
                                .setName(token.name)
                                .setEtag(etag)
                                .build()));
    }

    private Instant now() {
        return world.time().clock().instant();
    }

    private void send(
            String what, ModelToken token, String obstacle, Consumer<ModelToken> prediction, Supplier<Message> call) {
        if (expect(what, obstacle, call).isPresent()) {
            prediction.accept(token);
        }
    }

    /** Calls, and answers what came if it was done; it has to be, unless something that is known is in the way. */
    private <T> Optional<T> expect(String what, String obstacle, Supplier<T> call) {
        T answer;
        last = what;
        try {
            answer = call.get();
        } catch (StatusRuntimeException e) {
            boolean raced = e.getStatus().getCode() == Status.Code.ABORTED && obstacle.isEmpty();
            lost += raced ? 1 : 0;
            if (!raced) {
                assertThat(Failures.failure(() -> {
                                    throw e;
                                })
                                .what())
                        .as("%s (expected: '%s')", what, obstacle)
                        .startsWith(obstacle.isEmpty() ? "done" : obstacle);
            }
            return Optional.empty();
        }
        assertThat(obstacle).as(what).isEmpty();
        done.merge(what, 1, Integer::sum);
        return Optional.of(answer);
    }

    private void requireAsPredicted(ModelToken token) {
        Instant now = now();
        for (String text : token.told()) {
            assertThat(world.checks().orders(text))
                    .as("a check with a secret of %s", token.shown(now))
                    .isEqualTo(token.check(text, now, tenantActive.get(), ownerActive));
        }
        if (token.isPurged()) {
            assertThat(Failures.failure(() -> world.shops().get(token.name)).code())
                    .isEqualTo(Status.Code.NOT_FOUND);
            return;
        }
        assertThat(ModelToken.shown(world.shops().get(token.name))).isEqualTo(token.shown(now));
        VerifyHistoryResponse verified = world.shops().verify(token.name);
        assertThat(verified.getProblemsList()).as(token.shown(now)).isEmpty();
        assertThat(verified.getEventCount()).as(token.shown(now)).isEqualTo(token.events());
    }
}
